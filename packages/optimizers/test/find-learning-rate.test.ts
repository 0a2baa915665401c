import test from 'ava';
import { createApp, defineLoss, definePlugin, RandomSource, type App, type Dataset, type Model } from '@adjoint/core';
import { object } from '@adjoint/core/options';
import { layers } from '@adjoint/layers';
import { findLearningRate, optimizers } from '../src/index.js';

const bed = definePlugin({
  name: '@test/bed',
  version: '1.0.0',
  loss: {
    'test/squares': defineLoss({
      options: object({}),
      create: () => ({ terms: ({ output, target }) => output.sub(target).square().mean(-1) }),
    }),
  },
});

const random = new RandomSource(2);
const xs = Float32Array.from({ length: 64 * 4 }, () => random.normal());

/** y = x₀ − 2x₁ + 3x₃. */
const line: Dataset = {
  size: 64,
  inputs: [{ shape: [4], dtype: 'float32' }],
  targets: [{ shape: [1], dtype: 'float32' }],
  batch: (indices) => ({
    inputs: [
      {
        data: Float32Array.from({ length: indices.length * 4 }, (_, i) => xs[indices[i >> 2]! * 4 + (i & 3)]!),
        shape: [indices.length, 4],
        dtype: 'float32',
      },
    ],
    targets: [
      {
        data: Float32Array.from(indices, (row) => xs[4 * row]! - 2 * xs[4 * row + 1]! + 3 * xs[4 * row + 3]!),
        shape: [indices.length, 1],
        dtype: 'float32',
      },
    ],
  }),
};

function make(): { app: App; model: Model } {
  const app = createApp({ plugins: [bed, layers, optimizers], backend: 'reference' });
  return { app, model: app.sequential({ input: [4], seed: 1 }, [{ dense: { units: 1 } }]) };
}

test('the range test finds rates by which the loss falls, stops where it explodes, and gives the weights back', async (t) => {
  const { app, model } = make();
  const before = await model.weights();
  const options = { loss: 'test/squares' as never, optimizer: 'sgd' as const };
  const search = { from: 1e-4, to: 100, steps: 80, batchSize: 16 };
  const { learningRates, losses, smoothed, suggestion } = await findLearningRate(app, model, options, line, search);
  t.is(losses.length, learningRates.length);
  t.is(smoothed.length, learningRates.length);
  t.is(smoothed[0], losses[0]);
  for (const [i, rate] of learningRates.entries())
    t.true(Math.abs(rate / (1e-4 * 1e6 ** (i / 79)) - 1) < 1e-6, `rate ${i} is ${rate}`);
  // The Hessian is about 2·(identity), so that descent diverges from a rate of 1 on.
  t.true(learningRates.length < 80 && learningRates.at(-1)! > 0.5);
  t.true(suggestion! > 1e-3 && suggestion! < 1, `suggests ${suggestion}`);
  t.deepEqual(await model.weights(), before);

  const trainer = app.trainer(model, {
    loss: 'test/squares' as never,
    optimizer: { sgd: { learningRate: suggestion! } },
  });
  const { history } = await trainer.fit(line, { epochs: 30, batchSize: 16 });
  t.true(history.at(-1)!.metrics['loss']! < 0.1 * history[0]!.metrics['loss']!);
  await app.close();
});

test('no rate is suggested where the loss does not fall', async (t) => {
  const { app, model } = make();
  const options = { loss: 'test/squares' as never, optimizer: 'sgd' as const };
  const { suggestion, learningRates } = await findLearningRate(app, model, options, line, {
    from: 50,
    to: 100,
    steps: 20,
  });
  t.is(suggestion, undefined);
  t.true(learningRates.length < 20);
  await t.throwsAsync(findLearningRate(app, model, options, line, { smoothing: 1 }), { code: 'OPTIONS_INVALID' });
  await t.throwsAsync(findLearningRate(app, model, options, line, { from: 1, to: 1 }), { code: 'OPTIONS_INVALID' });
  await app.close();
});
