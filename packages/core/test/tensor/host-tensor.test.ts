import test from 'ava';
import { errorFunction, hostTensor, isAdjointError, toNested } from '../../src/index.js';

test('nested arrays, typed arrays and host tensors', (t) => {
  t.deepEqual(
    hostTensor([
      [1, 2, 3],
      [4, 5, 6],
    ]),
    { data: Float32Array.of(1, 2, 3, 4, 5, 6), shape: [2, 3], dtype: 'float32' },
  );
  t.deepEqual(hostTensor(7), { data: Float32Array.of(7), shape: [], dtype: 'float32' });
  t.deepEqual(hostTensor([true, false]), { data: Uint8Array.of(1, 0), shape: [2], dtype: 'bool' });
  t.deepEqual(hostTensor(Int32Array.of(1, 2), [2, 1]), { data: Int32Array.of(1, 2), shape: [2, 1], dtype: 'int32' });
  t.deepEqual(hostTensor([], [0, 3]), { data: new Float32Array(0), shape: [0, 3], dtype: 'float32' });
  t.deepEqual(hostTensor(hostTensor([1, 0]), undefined, 'bool').data, Uint8Array.of(1, 0));
});

test('a typed array is taken as it is', (t) => {
  const data = Float64Array.of(1, 2);
  t.is(hostTensor(data).data, data);
});

test('nesting comes back as it went in', (t) => {
  for (const nested of [
    5,
    [1, 2],
    [
      [1, 2],
      [3, 4],
    ],
    [
      [[1], [2]],
      [[3], [4]],
    ],
  ])
    t.deepEqual(toNested(hostTensor(nested)), nested);
  t.deepEqual(toNested(hostTensor([[true], [false]])), [[true], [false]]);
});

test('ragged rows and wrong shapes are refused', (t) => {
  for (const make of [
    () => hostTensor([[1, 2], [3]]),
    () => hostTensor([[1], 2] as number[][]),
    () => hostTensor([1, 2, 3], [2, 2]),
    () => hostTensor([1], [-1]),
    () => hostTensor([1], [0.5]),
  ]) {
    const error = t.throws(make);
    t.true(isAdjointError(error) && error.code === 'SHAPE_MISMATCH');
  }
});

test('the error function', (t) => {
  // Abramowitz & Stegun, table 7.1 (ten digits), and erfc for the tail.
  for (const [x, value] of [
    [0, 0],
    [0.5, 0.5204998778],
    [1, 0.8427007929],
    [2, 0.995322265],
    [-1, -0.8427007929],
  ] as const) {
    t.true(Math.abs(errorFunction(x) - value) < 1e-10);
  }
  t.is(errorFunction(Infinity), 1);
  t.is(errorFunction(-30), -1);
  t.is(errorFunction(NaN), NaN);
});
