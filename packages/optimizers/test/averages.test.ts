import test from 'ava';
import { createApp, definePlugin, defineLoss, hostTensor, type Dataset, type Trainer } from '@adjoint/core';
import { object } from '@adjoint/core/options';
import { layers } from '@adjoint/layers';
import { near } from '@adjoint/reference-values';
import { optimizers } from '../src/index.js';

// A weight w with the loss w·x: descent by η takes ηx from it in each step, so that averages are known.

const bed = definePlugin({
  name: '@test/bed',
  version: '1.0.0',
  loss: { 'test/output': defineLoss({ options: object({}), create: () => ({ terms: ({ output }) => output }) }) },
});

const ones: Dataset = {
  size: 6,
  inputs: [{ shape: [1], dtype: 'float32' }],
  targets: [],
  batch: () => ({ inputs: [hostTensor([[1]])], targets: [] }),
};

/** After 6 steps from 0: the weights were −0.1, −0.2, … −0.6. */
async function trained(regularizer: object): Promise<Trainer> {
  const app = createApp({ plugins: [bed, layers, optimizers], backend: 'reference' });
  const model = app.sequential({ input: [1] }, [{ dense: { units: 1, bias: false } }]);
  const weights = [...(await model.weights())];
  model.load(new Map(weights.map(([name, { shape }]) => [name, hostTensor(Float32Array.of(0), shape)])));
  const trainer = app.trainer(model, {
    loss: 'test/output' as never,
    optimizer: { sgd: { learningRate: 0.1 } },
    regularizers: [app.check('regularizer', regularizer)],
  });
  await trainer.fit(ones, { epochs: 1, batchSize: 1 });
  return trainer;
}

const evaluated = async (trainer: Trainer): Promise<number> => (await trainer.predict([[1]])).data[0]!;

test('ema evaluates the moving average that begins with the first weights; the weights go on by themselves', async (t) => {
  const trainer = await trained({ ema: { decay: 0.75 } });
  let average = 0;
  for (let step = 1; step <= 6; step++) average = 0.75 * average - 0.25 * 0.1 * step;
  near(t, [await evaluated(trainer)], [average], 1e-6);
  near(t, [(await trainer.model.predict([[1]])).data[0]!], [-0.6], 1e-6);
  near(t, [(await (await trainer.export()).predict([[1]])).data[0]!], [average], 1e-6);
});

test('the warm-up of ema remembers fewer steps at first', async (t) => {
  let average = 0;
  for (let step = 1; step <= 6; step++) {
    const kept = Math.min(0.99, (1 + step) / (10 + step));
    average = kept * average - (1 - kept) * 0.1 * step;
  }
  near(t, [await evaluated(await trained({ ema: { decay: 0.99, warmup: true } }))], [average], 1e-6);
});

test('swa evaluates the mean of every second of the weights, after a start', async (t) => {
  // Of the weights after updates 2, 4 and 6, counted from 1.
  near(t, [await evaluated(await trained({ swa: { start: 1, every: 2 } }))], [-0.4], 1e-6);
  // Before its start, the weights themselves.
  near(t, [await evaluated(await trained({ swa: { start: 100 } }))], [-0.6], 1e-6);
});
