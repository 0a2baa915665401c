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
