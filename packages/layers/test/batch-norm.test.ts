import test from 'ava';
import { createApp, type Tensor } from '@adjoint/core';
import { applyLayer, near, testCases } from '@adjoint/reference-values';
import { layers } from '../src/index.js';

interface BatchNorm {
  readonly mode: 'train' | 'eval';
  readonly momentum: number;
  readonly epsilon: number;
}

testCases<BatchNorm>(test, {
  file: new URL('../../test/batch-norm.json', import.meta.url),
  plugins: [layers],
  compute(app, { x, gamma, beta, runningMean, runningVariance }, { mode, momentum, epsilon }) {
    const layer = { batchNorm: { momentum, epsilon, affine: gamma !== undefined } };
    const given = { gamma, beta, mean: runningMean, variance: runningVariance };
    const values = Object.fromEntries(Object.entries(given).filter(([, value]) => value)) as Record<string, Tensor>;
    const { output, states } = applyLayer(app, layer, [x!], { values, training: mode === 'train' });
    return {
      y: output,
      runningMean: states['mean'] ?? runningMean!,
      runningVariance: states['variance'] ?? runningVariance!,
    };
  },
});

test('batchNorm gives each channel the mean β and the deviation γ', async (t) => {
  const app = createApp({ plugins: [layers], backend: 'reference' });
  const x = app.tensor(
    Float64Array.from({ length: 24 }, (_, i) => 100 + i * i),
    [4, 2, 3],
  );
  const values = { gamma: app.tensor(Float64Array.of(2, 0.5)), beta: app.tensor(Float64Array.of(-1, 3)) };
  const { output } = applyLayer(app, { batchNorm: { epsilon: 1e-12 } }, [x], { values, training: true });
  near(t, await output.mean([0, 2]).read(), [-1, 3]);
  near(t, await output.square().mean([0, 2]).read(), [4 + 1, 0.25 + 9]);
  await app.close();
});

test('batchNorm starts with γ = 1, β = 0, and running statistics of 0 and 1', async (t) => {
  const app = createApp({ plugins: [layers], backend: 'reference' });
  const weights = await app.sequential({ input: [2, 3] }, ['batchNorm']).weights();
  const initial = Object.fromEntries([...weights].map(([name, { data }]) => [name, [...data]]));
  t.deepEqual(initial, {
    'batchNorm/gamma': [1, 1],
    'batchNorm/beta': [0, 0],
    'batchNorm/mean': [0, 0],
    'batchNorm/variance': [1, 1],
  });
  await app.close();
});

// Two batches of two examples, worked out by hand: means 2 and 6, unbiased variances 2 and 8.
test('cumulative statistics are the plain means over all batches', async (t) => {
  const app = createApp({ plugins: [layers], backend: 'reference' });
  let values: Record<string, Tensor> = {};
  for (const [first, second] of [
    [1, 3],
    [4, 8],
  ]) {
    const x = app.tensor(Float64Array.of(first!, second!), [2, 1]);
    values = applyLayer(app, { batchNorm: { momentum: 'cumulative', affine: false } }, [x], {
      values,
      training: true,
    }).states;
  }
  near(t, await values['mean']!.read(), [4]);
  near(t, await values['variance']!.read(), [5]);
  near(t, await values['batches']!.read(), 2);
  await app.close();
});

test('without running statistics, evaluation normalises by its own batch, too', async (t) => {
  const app = createApp({ plugins: [layers], backend: 'reference' });
  const model = app.sequential({ input: [1] }, [{ batchNorm: { track: false, affine: false, epsilon: 1e-12 } }]);
  t.deepEqual(await model.weights(), new Map());
  const x = await app.tensor(Float32Array.of(1, 3, 5, 7), [4, 1]).read();
  near(
    t,
    await model.predict(x),
    [-3, -1, 1, 3].map((value) => [value / Math.sqrt(5)]),
    1e-6,
  );
  await app.close();
});

test('batchNorm refuses to train with one value per channel, and evaluates it', async (t) => {
  const app = createApp({ plugins: [layers], backend: 'reference' });
  const one = app.tensor([[1, 2]]);
  t.throws(() => applyLayer(app, 'batchNorm', [one], { training: true }), { message: /batchSize/ });
  near(t, await applyLayer(app, { batchNorm: { epsilon: 1e-12 } }, [one], { training: false }).output.read(), [[1, 2]]);
  near(
    t,
    await applyLayer(app, 'batchNorm', [app.tensor([[[1, 3]]])], { training: true }).output.read(),
    [[[-1, 1]]],
    1e-4,
  );
  await app.close();
});
