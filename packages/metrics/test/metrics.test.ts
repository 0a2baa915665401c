import test from 'ava';
import { createApp, isHostTensor, oneHot, type App, type Choice, type Figure, type Tensor } from '@adjoint/core';
import { metricFigures } from '@adjoint/core/testing';
import { near, readCases } from '@adjoint/reference-values';
import { metrics } from '../src/index.js';

interface MetricCase {
  readonly op: 'accuracy' | 'confusionMatrix' | 'f1';
  readonly average?: 'macro' | 'micro' | 'weighted';
  readonly classes?: number;
}

for (const { name, attrs, inputs, outputs } of readCases<MetricCase>(
  new URL('../../test/metrics.json', import.meta.url),
)) {
  test(`${name} ${JSON.stringify(attrs)} has the stated value over two batches`, async (t) => {
    const app = createApp({ plugins: [metrics], backend: 'reference' });
    const { op, average } = attrs;
    const classes = attrs.classes ?? 1 + Math.max(...inputs['prediction']!.data, ...inputs['target']!.data);
    const [predictions, targets] = [inputs['prediction']!.data, inputs['target']!.data].map((data) => [
      app.tensor(Int32Array.from(data.slice(0, 7))),
      app.tensor(Int32Array.from(data.slice(7))),
    ]) as [Tensor[], Tensor[]];
    // Logits whose largest is that of the predicted class.
    const batches = predictions.map((labels, i) => ({ output: oneHot(labels, classes).sub(4), target: targets[i]! }));
    const choice: Choice<'metric'> = op === 'f1' ? { f1: { average: average! } } : op;
    const figure = await figureOf(app, choice, batches);
    near(t, figure, outputs['value']!, op === 'confusionMatrix' ? 0 : 1e-6);
    await app.close();
  });
}

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
