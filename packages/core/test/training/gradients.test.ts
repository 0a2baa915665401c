import test from 'ava';
import { hostTensor, type Batch } from '../../src/index.js';
import { tinyApp } from '../tiny.js';
import { makeTrainer } from './tiny-run.js';

const batch: Batch = {
  inputs: [
    hostTensor([
      [1, 2],
      [3, -1],
    ]),
  ],
  targets: [hostTensor([[1], [0]])],
};

test('gradients of a batch are those of the formula', async (t) => {
  const app = tinyApp();
  const layers = [{ 'tiny/dense': { units: 1, initializer: 'ones' }, name: 'head' }] as const;
  const trainer = app.trainer(app.sequential({ input: [2] }, layers), { loss: 'tiny/squared', optimizer: 'tiny/sgd' });
  const { loss, gradients } = await trainer.gradients(batch);
  // y = x₁ + x₂ = 3 and 2, so that y − t = 2 and 2; ∂/∂w = mean 2(y − t)x.
  t.is(loss, (4 + 4) / 2);
  t.deepEqual([...gradients], [['head/weight', hostTensor([[(4 * 1 + 4 * 3) / 2, (4 * 2 - 4 * 1) / 2]])]]);
});

test('gradients weigh examples, and leave frozen parameters out', async (t) => {
  const app = tinyApp();
  const layers = [
    { 'tiny/dense': { units: 2, initializer: 'ones' }, name: 'stem' },
    { 'tiny/dense': { units: 1, initializer: 'ones' }, name: 'head' },
  ] as const;
  const trainer = app.trainer(app.sequential({ input: [2] }, layers), {
    loss: 'tiny/squared',
    optimizer: [{ on: { names: ['stem/**'] }, use: 'frozen' }, { use: 'tiny/sgd' }],
  });
  const { loss, gradients } = await trainer.gradients({ ...batch, weights: hostTensor([0, 5]) });
  // Only the second example counts: y = 2·(3 − 1) = 4, t = 0, and both units of the stem give 2.
  t.is(loss, 16);
  t.deepEqual([...gradients], [['head/weight', hostTensor([[2 * 4 * 2, 2 * 4 * 2]])]]);
});

test('gradients leave a trainer as it was, with its running statistics', async (t) => {
  const trainer = makeTrainer();
  const before = await trainer.state();
  const { gradients } = await trainer.gradients(batch);
  t.deepEqual([...gradients.keys()], ['dense/weight', 'head/weight']);
  t.deepEqual(await trainer.state(), before);
});

test('gradients refuse a batch that does not fit', async (t) => {
  const wrong = {
    ...batch,
    inputs: [
      hostTensor([
        [1, 2, 3],
        [4, 5, 6],
      ]),
    ] as const,
  };
  await t.throwsAsync(makeTrainer().gradients(wrong), { code: 'DATA_INVALID' });
});
