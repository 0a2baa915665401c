import test, { type ExecutionContext } from 'ava';
import { hostTensor, type Dataset, type Trainer, type TrainerOptions } from '../../src/index.js';
import { tinyApp } from '../tiny.js';

// A model with two outputs, data with two targets: losses and metrics are bound to one of each by name and place.

const size = 6;
const x = (i: number): number => 1 + i / 3;
const data: Dataset = {
  size,
  inputs: [{ shape: [1], dtype: 'float32' }],
  targets: [
    { shape: [], dtype: 'float32' },
    { shape: [], dtype: 'float32' },
  ],
  batch: (indices) => ({
    inputs: [hostTensor(Float32Array.from(indices, x), [indices.length, 1])],
    targets: [2, 5].map((factor) => hostTensor(Float32Array.from(indices, (i) => factor * x(i)))),
  }),
};

function makeTrainer(options: Pick<TrainerOptions, 'loss'> & Partial<TrainerOptions>): Trainer {
  const app = tinyApp();
  const dense = { units: 1, initializer: 'ones' } as const;
  const model = app.model(({ input, layer }) => {
    const from = input([1]);
    return [layer({ 'tiny/dense': dense, name: 'left' }, from), layer({ 'tiny/dense': dense, name: 'right' }, from)];
  });
  return app.trainer(model, { optimizer: { 'tiny/sgd': { learningRate: 0.01 } }, ...options });
}

function close(t: ExecutionContext, got: number | undefined, want: number): void {
  t.true(Math.abs(got! - want) <= 1e-5 * (1 + Math.abs(want)), `${got} is not ${want}`);
}

const both = [
  { loss: 'tiny/squared', outputs: ['left'], targets: [0], weight: 0.5 },
  {
    loss: { 'tiny/squared': {}, name: 'second' },
    outputs: ['right'],
    targets: [1],
    weight: { base: 4, schedule: 'tiny/halving' },
  },
] as const;

const squares = Array.from({ length: size }, (_, i) => x(i) ** 2).reduce((sum, square) => sum + square, 0) / size;

test('several losses have their weights, and are reported one by one', async (t) => {
  const trainer = makeTrainer({ loss: both, metrics: ['tiny/absolute', { metric: 'tiny/absolute', output: 'right' }] });
  const figures = await trainer.evaluate(data);
  // y = x on both sides; the targets are 2x and 5x.
  close(t, figures['loss/squared'], squares);
  close(t, figures['loss/second'], 16 * squares);
  close(t, figures['loss'], 0.5 * squares + 4 * 16 * squares);
  const mean = Array.from({ length: size }, (_, i) => x(i)).reduce((sum, value) => sum + value, 0) / size;
  close(t, figures['absolute/error'], mean);
  // The targets of an output are those of its loss.
  close(t, figures['absolute_2/error'], 4 * mean);
});

test('the gradient is that of the weighted sum, whose weights may follow a schedule', async (t) => {
  const trainer = makeTrainer({ loss: both });
  await trainer.fit(data, { epochs: 2, batchSize: 'full' });
  let [left, right] = [1, 1];
  for (const factor of [4, 2]) {
    left -= 0.01 * 0.5 * 2 * (left - 2) * squares;
    right -= 0.01 * factor * 2 * (right - 5) * squares;
  }
  const weights = await trainer.model.weights();
  close(t, weights.get('left/weight')?.data[0], left);
  close(t, weights.get('right/weight')?.data[0], right);
});

test('names and places that lead nowhere are refused', async (t) => {
  t.throws(() => makeTrainer({ loss: [{ loss: 'tiny/squared', outputs: ['middle'] }] }), {
    code: 'OPTIONS_INVALID',
    message: /no output 'middle'; it has left, right/,
  });
  t.throws(() => makeTrainer({ loss: [] }), { code: 'OPTIONS_INVALID', message: /no loss/ });
  await t.throwsAsync(makeTrainer({ loss: [{ loss: 'tiny/squared', targets: [2] }] }).evaluate(data), {
    code: 'DATA_INVALID',
    message: /no target 2/,
  });
});
