import test from 'ava';
import { createApp, oneHot, type Tensor } from '@adjoint/core';
import { meanLoss } from '@adjoint/core/testing';
import { near, testCases } from '@adjoint/reference-values';
import { losses } from '../src/index.js';

interface LossCase {
  readonly op: 'crossEntropy' | 'meanSquaredError';
  /** Always the mean over the batch. */
  readonly reduction: 'mean';
  /** Share of each target's probability that goes to all classes evenly; here the targets are made so. */
  readonly labelSmoothing?: number;
  /** A target that marks examples which do not count. */
  readonly ignoreIndex?: number;
}

testCases<LossCase>(test, {
  file: new URL('../../test/losses.json', import.meta.url),
  plugins: [losses],
  compute(app, { prediction, logits, target }, { op, labelSmoothing = 0, ignoreIndex }) {
    if (ignoreIndex !== undefined) {
      const ignoring = app.registry.create('loss', { crossEntropy: { ignoreIndex } });
      return { loss: meanLoss(ignoring, { output: logits!, target: target! }) };
    }
    const loss = app.registry.create('loss', op);
    if (prediction) return { loss: meanLoss(loss, { output: prediction, target: target! }) };
    return { loss: meanLoss(loss, { output: logits!, target: smooth(target!, logits!, labelSmoothing) }) };
  },
});

function smooth(target: Tensor, logits: Tensor, smoothing: number): Tensor {
  const classes = logits.shape[1]!;
  const probabilities = target.dtype === 'int32' ? oneHot(target, classes).cast('float64') : target;
  return probabilities.mul(1 - smoothing).add(smoothing / classes);
}

test('crossEntropy of even logits is ln K, of class numbers as of probabilities', async (t) => {
  const app = createApp({ plugins: [losses], backend: 'reference' });
  const loss = app.registry.create('loss', 'crossEntropy');
  const logits = app.tensor(new Float64Array(8).fill(3), [2, 4]);
  near(t, await meanLoss(loss, { output: logits, target: app.tensor(Int32Array.of(3, 0)) }).read(), Math.log(4));
  const quarters = app.tensor(new Float64Array(8).fill(0.25), [2, 4]);
  near(t, await meanLoss(loss, { output: logits, target: quarters }).read(), Math.log(4));
  await app.close();
});

test('crossEntropy does not overflow: a far wrong logit costs its distance', async (t) => {
  const app = createApp({ plugins: [losses], backend: 'reference' });
  const loss = app.registry.create('loss', 'crossEntropy');
  const logits = app.tensor([
    [5000, -5000],
    [5000, -5000],
  ]);
  near(t, await meanLoss(loss, { output: logits, target: app.tensor(Int32Array.of(0, 1)) }).read(), 5000);
  await app.close();
});

test('meanSquaredError takes targets without the last axis of 1', async (t) => {
  const app = createApp({ plugins: [losses], backend: 'reference' });
  const loss = app.registry.create('loss', 'meanSquaredError');
  const output = app.tensor([[1], [2], [4]]);
  near(t, await meanLoss(loss, { output, target: app.tensor([0, 2, 1]) }).read(), 10 / 3);
  await app.close();
});
