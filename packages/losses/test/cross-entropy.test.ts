import test, { type ExecutionContext } from 'ava';
import { App, checkTarget, type HostTensor, type Loss } from '@adjoint/core';
import { meanLoss } from '@adjoint/core/testing';
import { losses } from '../src/index.js';

// Class numbers that do not count, maps of classes, weights of examples; values by the formula.

const app = new App({ plugins: [losses], backend: 'reference' });

function close(t: ExecutionContext, got: number | undefined, want: number): void {
  t.true(Math.abs(got! - want) < 1e-9, `${got} is not ${want}`);
}

/** −ln softmax(z)_k. */
function surprise(z: readonly number[], k: number): number {
  return Math.log(z.reduce((sum, x) => sum + Math.exp(x), 0)) - z[k]!;
}

async function valueOf(
  loss: Loss,
  output: { data: number[]; shape: number[] },
  labels: number[],
  shape = [labels.length],
  weights?: number[],
): Promise<number | undefined> {
  const scored = {
    output: app.tensor(Float64Array.from(output.data), output.shape),
    target: app.tensor(Int32Array.from(labels), shape),
    ...(weights && { weights: app.tensor(Float32Array.from(weights)) }),
  };
  const [value] = await app.engine.evaluate([meanLoss(loss, scored)]);
  return value?.data[0];
}

const rows = [
  [0.5, -1, 2],
  [1, 1, 0],
  [-2, 0.25, 0.75],
];

test('a class number that is to be ignored counts neither above nor below the line', async (t) => {
  const loss = app.registry.create('loss', { crossEntropy: { ignoreIndex: -100 } });
  const output = { data: rows.flat(), shape: [3, 3] };
  close(t, await valueOf(loss, output, [2, -100, 0]), (surprise(rows[0]!, 2) + surprise(rows[2]!, 0)) / 2);
  close(t, await valueOf(loss, output, [-100, -100, -100]), 0);
});

test('weights of examples and places that are ignored work together', async (t) => {
  const loss = app.registry.create('loss', { crossEntropy: { ignoreIndex: 9 } });
  const value = await valueOf(loss, { data: rows.flat(), shape: [3, 3] }, [2, 9, 0], [3], [3, 5, 1]);
  close(t, value, (3 * surprise(rows[0]!, 2) + surprise(rows[2]!, 0)) / 4);
});

test('a map has a class for each place: logits [batch, classes, height, width]', async (t) => {
  const loss = app.registry.create('loss', 'crossEntropy');
  // [1, 3, 1, 3]: the logits of place p are rows[p].
  const data = [0, 1, 2].flatMap((k) => rows.map((row) => row[k]!));
  const labels = [2, 0, 1];
  const value = await valueOf(loss, { data, shape: [1, 3, 1, 3] }, labels, [1, 1, 3]);
  close(t, value, rows.reduce((sum, row, p) => sum + surprise(row, labels[p]!), 0) / 3);
});

test('classes out of range are refused with the example, and those that are ignored are not', (t) => {
  const labels = (...data: number[]): HostTensor => ({ data: Int32Array.from(data), shape: [2, 2], dtype: 'int32' });
  const output = { shape: [3, 2], dtype: 'float32' } as const;
  const plain = app.registry.create('loss', 'crossEntropy');
  const ignoring = app.registry.create('loss', { crossEntropy: { ignoreIndex: -1 } });
  for (const wrong of [-1, 3])
    t.throws(() => checkTarget(plain, labels(0, 1, wrong, 2), output), {
      code: 'DATA_INVALID',
      message: new RegExp(`Example 1 .* class ${wrong}; .*classes 0 … 2`),
    });
  // One label for an example, as if the output were flat.
  const flat = { data: Int32Array.of(0, 9), shape: [2], dtype: 'int32' } as const;
  t.throws(() => checkTarget(plain, flat, { shape: [1, 8, 10], dtype: 'float32' }), {
    message: /put 'flatten' before/,
  });
  t.throws(() => checkTarget(plain, flat, { shape: [3], dtype: 'float32' }), { message: /classes 0 … 2\.$/ });
  t.notThrows(() => checkTarget(ignoring, labels(0, 1, -1, 2), output));
  t.notThrows(() => checkTarget(plain, labels(0, 1, 2, 2), output));
});

test('weights of classes and smoothing follow the formula, and a class of weight 0 counts in no way', async (t) => {
  const [epsilon, weights] = [0.3, [1, 0, 2]];
  const loss = app.registry.create('loss', { crossEntropy: { weights, smoothing: epsilon } });
  const labels = [2, 1, 0];
  const smoothed = rows.map((row, i) => {
    const all = [0, 1, 2].reduce((sum, k) => sum + weights[k]! * surprise(row, k), 0);
    return (1 - epsilon) * weights[labels[i]!]! * surprise(row, labels[i]!) + (epsilon / 3) * all;
  });
  close(t, await valueOf(loss, { data: rows.flat(), shape: [3, 3] }, labels), (smoothed[0]! + smoothed[2]!) / 3);
  t.throws(() => meanLoss(loss, { output: app.tensor([[1, 2]]), target: app.tensor(Int32Array.of(0)) }), {
    message: /crossEntropy: there are 3 weights for 2 classes/,
  });
});
