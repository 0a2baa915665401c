import test from 'ava';
import { dataset, subset } from '../src/index.js';
import { asynchronous, numbered, refuses } from './support.js';

test('a batch holds the rows asked for, in that order, of every array', (t) => {
  const data = dataset({
    inputs: [
      { data: Float32Array.of(0, 1, 10, 11, 20, 21), shape: [3, 2] },
      { data: Float64Array.of(5, 6, 7), shape: [3] },
    ],
    targets: { data: Int32Array.of(0, 1, 2) },
  });
  t.is(data.size, 3);
  t.deepEqual(data.inputs, [
    { shape: [2], dtype: 'float32' },
    { shape: [], dtype: 'float64' },
  ]);
  t.deepEqual(data.targets[0], { shape: [], dtype: 'int32' });
  const batch = data.batch(Int32Array.of(2, 0, 2));
  t.deepEqual(batch.inputs, [
    { data: Float32Array.of(20, 21, 0, 1, 20, 21), shape: [3, 2], dtype: 'float32' },
    { data: Float64Array.of(7, 5, 7), shape: [3], dtype: 'float64' },
  ]);
  t.deepEqual(batch.targets[0], { data: Int32Array.of(2, 0, 2), shape: [3], dtype: 'int32' });
});

test('bytes are whole numbers, or booleans where the dtype says so', (t) => {
  const data = Uint8Array.of(1, 0, 1);
  const { inputs, targets } = dataset({ inputs: { data, dtype: 'bool' }, targets: { data } }).batch(
    Int32Array.of(2, 1),
  );
  t.deepEqual(inputs, [{ data: Uint8Array.of(1, 0), shape: [2], dtype: 'bool' }]);
  t.deepEqual(targets, [{ data: Int32Array.of(1, 0), shape: [2], dtype: 'int32' }]);
});

test('a batch is a copy', (t) => {
  const data = numbered(3);
  data.batch(Int32Array.of(0)).inputs[0]!.data[0] = 99;
  t.is(data.batch(Int32Array.of(0)).inputs[0]!.data[0], 0);
});

test('subsets of subsets count from their own first example, in memory or not', async (t) => {
  for (const source of [numbered(10), asynchronous(numbered(10))]) {
    const inner = subset(subset(source, Int32Array.of(9, 7, 5, 3)), Int32Array.of(3, 1));
    t.is(inner.size, 2);
    t.deepEqual([...(await inner.batch(Int32Array.of(0, 1))).targets[0]!.data], [3, 7]);
    await refuses(t, () => inner.batch(Int32Array.of(2)), 'OPTIONS_INVALID', /no example 2/);
    await refuses(t, () => subset(source, Int32Array.of(10)), 'OPTIONS_INVALID', /no example 10/);
  }
});

test('allTargets follows the order of a subset', (t) => {
  t.deepEqual([...subset(numbered(5), Int32Array.of(4, 2)).allTargets().data], [4, 2]);
});

test('arrays that do not fit are refused', async (t) => {
  const targets = { data: new Int32Array(3) };
  await refuses(
    t,
    () => dataset({ inputs: { data: new Float32Array(4), shape: [2, 2] }, targets }),
    'SHAPE_MISMATCH',
    /input 0 holds 2 examples and the targets 3/,
  );
  await refuses(
    t,
    () => dataset({ inputs: { data: new Float32Array(4), shape: [3, 2] }, targets }),
    'SHAPE_MISMATCH',
    /4 elements/,
  );
  await refuses(
    t,
    () => dataset({ inputs: { data: new Float32Array(1), shape: [] }, targets }),
    'SHAPE_MISMATCH',
    /scalar/,
  );
  await refuses(t, () => dataset({ inputs: [], targets }), 'SHAPE_MISMATCH', /no input/);
});
