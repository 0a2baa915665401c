import test from 'ava';
import { createApp, oneHot, type App, type Choice, type HostTensor, type Tensor } from '@adjoint/core';
import { near, readCases } from '@adjoint/reference-values';
import { metrics } from '../src/index.js';

interface MetricCase {
  readonly op: 'accuracy' | 'confusionMatrix' | 'f1';
  readonly average?: 'macro' | 'micro' | 'weighted';
  readonly classes?: number;
}

type Figures = number | Readonly<Record<string, number>>;

/** A metric over a pass of several batches. */
async function figureOf(
  app: App,
  choice: Choice<'metric'>,
  outputs: number,
  batches: readonly { readonly output: Tensor; readonly targets: Tensor }[],
): Promise<Figures> {
  const metric = app.registry.create('metric', choice);
  let state: Readonly<Record<string, HostTensor>> = metric.init({ outputs });
  for (const batch of batches) {
    const before = Object.fromEntries(Object.entries(state).map(([name, value]) => [name, app.tensor(value)]));
    const after = Object.entries(metric.update(before, { ...batch, loss: app.tensor(0) }));
    state = Object.fromEntries(
      await Promise.all(after.map(async ([name, value]) => [name, await value.read()] as const)),
    );
  }
  return metric.finish(state);
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
    const batches = predictions.map((labels, i) => ({ output: oneHot(labels, classes).sub(4), targets: targets[i]! }));
    const choice: Choice<'metric'> = op === 'f1' ? { f1: { average: average! } } : op;
    const figure = await figureOf(app, choice, classes, batches);
    const want = outputs['value']!;
    if (typeof figure === 'number') near(t, figure, want, 1e-6);
    else {
      const names = Array.from({ length: classes ** 2 }, (_, i) => `${Math.floor(i / classes)}/${i % classes}`);
      t.deepEqual(Object.keys(figure), names);
      near(t, Object.values(figure), [...want.data], 0);
    }
    await app.close();
  });
}

// One column of logits: positive means class 1. True 1, 1, 0, 0, 1; predicted 1, 0, 1, 0, 1: TP 2, FP 1, FN 1, TN 1.
const binary = (app: App) => ({
  output: app.tensor([[2], [-1], [0.5], [-3], [1]]),
  targets: app.tensor(Int32Array.of(1, 1, 0, 0, 1)),
});

test('a single output is the logit of class 1', async (t) => {
  const app = createApp({ plugins: [metrics], backend: 'reference' });
  const of = (choice: Choice<'metric'>) => figureOf(app, choice, 1, [binary(app)]);
  near(t, (await of('accuracy')) as number, 3 / 5, 1e-6);
  t.deepEqual(await of('confusionMatrix'), { '0/0': 1, '0/1': 1, '1/0': 1, '1/1': 2 });
  near(t, (await of({ f1: { average: 'binary' } })) as number, 4 / (4 + 1 + 1));
  near(t, (await of({ f1: { average: 'macro' } })) as number, (4 / 6 + 2 / 4) / 2);
  await app.close();
});

test('targets may be probabilities: the most probable class counts', async (t) => {
  const app = createApp({ plugins: [metrics], backend: 'reference' });
  const output = app.tensor([
    [1, 3, 2],
    [5, 4, 0],
  ]);
  const targets = app.tensor([
    [0.2, 0.7, 0.1],
    [0.1, 0.4, 0.5],
  ]);
  t.is(await figureOf(app, 'accuracy', 3, [{ output, targets }]), 0.5);
  const { '1/1': hit, '2/0': miss } = (await figureOf(app, 'confusionMatrix', 3, [{ output, targets }])) as Record<
    string,
    number
  >;
  t.deepEqual([hit, miss], [1, 1]);
  await app.close();
});

test('a class without any true positive has an F1 of 0, and one that does not occur takes no part in the mean', async (t) => {
  const app = createApp({ plugins: [metrics], backend: 'reference' });
  // True 0, 0, 1; predicted 0, 1, 2 of four classes: F1 of 2/3, 0, 0 and none.
  const output = oneHot(app.tensor(Int32Array.of(0, 1, 2)), 4);
  const targets = app.tensor(Int32Array.of(0, 0, 1));
  near(t, (await figureOf(app, 'f1', 4, [{ output, targets }])) as number, 2 / 9);
  await app.close();
});
