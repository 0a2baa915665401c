import test from 'ava';
import fc from 'fast-check';
import { hostTensor, isAdjointError, toNested, type DType, type NestedArray } from '../../src/index.js';
import { errorFunction } from '../../src/backend/index.js';

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

const wholeNumberArrays = [Int8Array, Int16Array, Int32Array, Uint8Array, Uint8ClampedArray, Uint16Array, Uint32Array];

for (const Class of wholeNumberArrays) {
  test(`the numbers of a ${Class.name} stay numbers`, (t) => {
    const numbers = Class.of(0, 3, 100);
    t.deepEqual(hostTensor(numbers), { data: Int32Array.of(0, 3, 100), shape: [3], dtype: 'int32' });
    t.deepEqual(hostTensor(numbers, [3, 1], 'float32').data, Float32Array.of(0, 3, 100));
    t.deepEqual(hostTensor(numbers, undefined, 'bool').data, Uint8Array.of(0, 1, 1));
    t.deepEqual(hostTensor([numbers, numbers]), {
      data: Float32Array.of(0, 3, 100, 0, 3, 100),
      shape: [2, 3],
      dtype: 'float32',
    });
  });
}

test('big integers are numbers, as far as they fit', (t) => {
  t.deepEqual(hostTensor(BigInt64Array.of(0n, -3n)).data, Int32Array.of(0, -3));
  t.deepEqual(hostTensor(BigUint64Array.of(7n), undefined, 'float64').data, Float64Array.of(7));
  t.deepEqual(hostTensor([1n, 2n]).data, Float32Array.of(1, 2));
  t.throws(() => hostTensor(BigInt64Array.of(2n ** 40n)), { code: 'DATA_INVALID', message: /1099511627776.*int32/ });
});

test('a host tensor whose array does not hold its dtype is converted, never read as other bits', (t) => {
  const bytes = { data: Uint8Array.of(200, 100), shape: [1, 2], dtype: 'float32' as const };
  t.deepEqual(hostTensor(bytes).data, Float32Array.of(200, 100));
  t.deepEqual(hostTensor({ data: Uint8Array.of(0, 2), shape: [2], dtype: 'bool' }).data, Uint8Array.of(0, 1));
});

test('what is no number of the dtype is refused', (t) => {
  const refused: [unknown, DType | undefined, RegExp][] = [
    ['abc', undefined, /the text 'abc'/],
    [null, undefined, /element 0 is null/],
    [undefined, undefined, /element 0 is undefined/],
    [{}, undefined, /class Object/],
    [[1, null], undefined, /element 1 is null/],
    [[1, '2'], 'float32', /element 1 is the text '2'/],
    [[NaN], 'int32', /NaN.*int32/],
    [[1.7], 'int32', /1\.7.*int32/],
    [[2 ** 31], 'int32', /int32/],
    [Float32Array.of(NaN), 'bool', /NaN/],
    [new DataView(new ArrayBuffer(8)), undefined, /DataView/],
  ];
  for (const [value, dtype, message] of refused)
    t.throws(() => hostTensor(value as number, undefined, dtype), { code: 'DATA_INVALID', message }, String(message));
  t.throws(() => hostTensor([1], undefined, 'float' as DType), { code: 'DTYPE_MISMATCH', message: /float32, float64/ });
  t.throws(() => hostTensor([1], 1 as never), { code: 'SHAPE_MISMATCH', message: /a shape is a list/ });
});

test('arrays that contain themselves are refused', (t) => {
  const cyclic: unknown[] = [];
  cyclic.push(cyclic);
  let deep: unknown = 1;
  for (let i = 0; i < 5000; i++) deep = [deep];
  for (const value of [cyclic, deep])
    t.throws(() => hostTensor(value as number[]), { code: 'SHAPE_MISMATCH', message: /contain itself/ });
});

test('the elements of a random nesting come in order, in every dtype', (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 }),
      fc.constantFrom<DType>('float32', 'float64', 'int32', 'bool'),
      (shape, dtype) => {
        let next = 0;
        const build = (axis: number): NestedArray =>
          axis === shape.length ? next++ : Array.from({ length: shape[axis]! }, () => build(axis + 1));
        const { data, dtype: kind } = hostTensor(build(0), undefined, dtype);
        t.is(kind, dtype);
        t.deepEqual(
          [...data],
          Array.from({ length: next }, (_, i) => (dtype === 'bool' ? Math.min(i, 1) : i)),
        );
      },
    ),
    { seed: 1 },
  );
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
