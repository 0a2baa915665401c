import test from 'ava';
import { createApp, isHostTensor, oneHot, type App, type Choice, type Figure } from '@adjoint/core';
import { metricFigures } from '@adjoint/core/testing';
import { near } from '@adjoint/reference-values';
import { metrics } from '../src/index.js';

/** A metric of a single figure, over a pass of several batches. */
async function figureOf(
  app: App,
  choice: Choice<'metric'>,
  batches: Parameters<typeof metricFigures>[1],
): Promise<Figure> {
  const figures = await metricFigures(app.registry.create('metric', choice), batches);
  if (typeof figures === 'number' || isHostTensor(figures)) return figures;
  throw new Error(`expected one figure, found ${Object.keys(figures).join(', ')}`);
}

// One column of logits: positive means class 1. True 1, 1, 0, 0, 1; predicted 1, 0, 1, 0, 1: TP 2, FP 1, FN 1, TN 1.
const binary = (app: App) => ({
  output: app.tensor([[2], [-1], [0.5], [-3], [1]]),
  target: app.tensor(Int32Array.of(1, 1, 0, 0, 1)),
});

test('a single output is the logit of class 1', async (t) => {
  const app = createApp({ plugins: [metrics], backend: 'reference' });
  const of = (choice: Choice<'metric'>) => figureOf(app, choice, [binary(app)]);
  near(t, await of('accuracy'), 3 / 5, 1e-6);
  const confusion = [
    [1, 1],
    [1, 2],
  ];
  near(t, await of('confusionMatrix'), confusion, 0);
  near(t, await of({ f1: { average: 'binary' } }), 4 / (4 + 1 + 1));
  near(t, await of({ f1: { average: 'macro' } }), (4 / 6 + 2 / 4) / 2);
  await app.close();
});

test('targets may be probabilities: the most probable class counts', async (t) => {
  const app = createApp({ plugins: [metrics], backend: 'reference' });
  const output = app.tensor([
    [1, 3, 2],
    [5, 4, 0],
  ]);
  const target = app.tensor([
    [0.2, 0.7, 0.1],
    [0.1, 0.4, 0.5],
  ]);
  t.is(await figureOf(app, 'accuracy', [{ output, target }]), 0.5);
  const confusion = [
    [0, 0, 0],
    [0, 1, 0],
    [1, 0, 0],
  ];
  near(t, await figureOf(app, 'confusionMatrix', [{ output, target }]), confusion, 0);
  await app.close();
});

test('a class without any true positive has an F1 of 0, and one that does not occur takes no part in the mean', async (t) => {
  const app = createApp({ plugins: [metrics], backend: 'reference' });
  // True 0, 0, 1; predicted 0, 1, 2 of four classes: F1 of 2/3, 0, 0 and none.
  const output = oneHot(app.tensor(Int32Array.of(0, 1, 2)), 4);
  const target = app.tensor(Int32Array.of(0, 0, 1));
  near(t, await figureOf(app, 'f1', [{ output, target }]), 2 / 9);
  await app.close();
});
