import test from 'ava';
import { createApp, gradients, type Tensor } from '@adjoint/core';
import { applyLayer, near } from '@adjoint/reference-values';
import { layers } from '../src/index.js';

const app = createApp({ plugins: [layers], backend: 'reference' });
const table = app.tensor(Float64Array.of(9, 9, 1, 2, 3, 4, 5, 6), [4, 2]);
const indices = (...values: number[]): Tensor => app.tensor(Int32Array.from(values), [1, values.length]);

test('an embedding gives rows, zeros for the padding index, and its row no gradient', async (t) => {
  const options = { words: 4, features: 2 };
  const plain = applyLayer(app, { embedding: options }, [indices(3, 0)], { values: { weight: table } });
  near(t, await plain.output.read(), [
    [
      [5, 6],
      [9, 9],
    ],
  ]);
  const padded = applyLayer(app, { embedding: { ...options, paddingIndex: 0 } }, [indices(3, 0, 3)], {
    values: { weight: table },
  });
  near(t, await padded.output.read(), [
    [
      [5, 6],
      [0, 0],
      [5, 6],
    ],
  ]);
  const [gradient] = gradients(padded.output.sum(), [table]);
  near(t, await gradient!.read(), [
    [0, 0],
    [0, 0],
    [0, 0],
    [2, 2],
  ]);
});

test('a bag is summed, averaged or the maximum, without its padding', async (t) => {
  const bag = (join: 'sum' | 'mean' | 'max', ...values: number[]): Tensor =>
    applyLayer(app, { embeddingBag: { words: 4, features: 2, join, paddingIndex: 0 } }, [indices(...values)], {
      values: { weight: table },
    }).output;
  near(t, await bag('sum', 1, 0, 3).read(), [[6, 8]]);
  near(t, await bag('mean', 1, 0, 3).read(), [[3, 4]]);
  near(t, await bag('max', 1, 0, 3).read(), [[5, 6]]);
  for (const join of ['sum', 'mean', 'max'] as const) near(t, await bag(join, 0, 0).read(), [[0, 0]]);
});

test('an embedding takes whole numbers', (t) => {
  t.throws(() => app.sequential({ input: [2] }, [{ embedding: { words: 3, features: 1 } }]), {
    code: 'DTYPE_MISMATCH',
    message: /int32 indices, not float32/,
  });
  t.throws(() => app.sequential({ input: [2] }, [{ embedding: { words: 3, features: 1, paddingIndex: 3 } }]), {
    code: 'OPTIONS_INVALID',
  });
});

test('a bilinear form is linear in each of its inputs', async (t) => {
  const x = app.tensor(Float64Array.of(1, 2), [1, 2]);
  const y = app.tensor(Float64Array.of(3, 4, 5), [1, 3]);
  const weight = app.tensor(Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0), [2, 2, 3]);
  const bias = app.tensor(Float64Array.of(0.5, -1));
  const { output } = applyLayer(app, { bilinear: { units: 2 } }, [x, y], { values: { weight, bias } });
  // 1·3 + 2·4 + ½ and 1·5 + 2·3 − 1
  near(t, await output.read(), [[11.5, 10]]);
});
