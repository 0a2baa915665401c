import test from 'ava';
import { dataset, normalize, oneHot, standardize, transform } from '../src/index.js';
import { asynchronous, numbered, range, refuses } from './support.js';

const table = dataset({
  inputs: { data: Float64Array.of(1, 10, 7, 3, 10, 7, 5, 40, 7), shape: [3, 3] },
  targets: { data: Int32Array.of(2, 0, 1) },
});

test('normalize takes one number, one per channel or one per element', async (t) => {
  const images = dataset({
    inputs: { data: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8), shape: [2, 2, 2] },
    targets: { data: new Int32Array(2) },
  });
  const values = async (mean: number | number[], deviation: number | number[]): Promise<number[]> => [
    ...(await transform(images, { inputs: normalize(mean, deviation) }).batch(range(2))).inputs[0]!.data,
  ];
  t.deepEqual(await values(1, 2), [0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5]);
  t.deepEqual(await values([1, 3], [1, 2]), [0, 1, 0, 0.5, 4, 5, 2, 2.5]);
  t.deepEqual(await values([1, 2, 3, 4], 4), [0, 0, 0, 0, 1, 1, 1, 1]);
});

test('standardize gives mean 0 and variance 1 per column of the set it was fitted to', async (t) => {
  for (const source of [table, asynchronous(table)]) {
    const { data } = (await transform(source, { inputs: await standardize(source) }).batch(range(3))).inputs[0]!;
    // Column 0 is 1, 3, 5: deviation √(8/3). Column 1 is 10, 10, 40: mean 20, deviation √200. Column 2 is constant: only centred.
    const expected = [
      -2 / Math.sqrt(8 / 3),
      -10 / Math.sqrt(200),
      0,
      0,
      -10 / Math.sqrt(200),
      0,
      2 / Math.sqrt(8 / 3),
      20 / Math.sqrt(200),
      0,
    ];
    expected.forEach((value, i) => t.true(Math.abs(data[i]! - value) < 1e-12));
  }
});

test('standardize does not lose small deviations beside a large mean', async (t) => {
  const far = dataset({
    inputs: { data: Float64Array.from({ length: 600 }, (_, i) => 1e9 + (i % 2)), shape: [600, 1] },
    targets: { data: new Int32Array(600) },
  });
  const { data } = (await transform(far, { inputs: await standardize(far) }).batch(range(2))).inputs[0]!;
  t.true(Math.abs(data[0]! + 1) < 1e-6 && Math.abs(data[1]! - 1) < 1e-6);
});

test('oneHot puts a 1 at the label', async (t) => {
  const {
    targets: [targets],
  } = await transform(table, { targets: oneHot(3) }).batch(range(3));
  t.deepEqual(targets, { data: Float32Array.of(0, 0, 1, 1, 0, 0, 0, 1, 0), shape: [3, 3], dtype: 'float32' });
  t.deepEqual(transform(table, { targets: oneHot(3) }).targets[0], { shape: [3], dtype: 'float32' });
});

test('what does not fit is refused', async (t) => {
  await refuses(t, () => normalize(0, 0), 'OPTIONS_INVALID');
  await refuses(t, () => normalize(NaN, 1), 'OPTIONS_INVALID');
  await refuses(t, () => transform(table, { inputs: normalize([1, 2], 1) }), 'SHAPE_MISMATCH', /2 statistics/, /\[3\]/);
  await refuses(t, () => transform(table, { targets: normalize(0, 1) }), 'DTYPE_MISMATCH', /int32/);
  await refuses(t, () => transform(table, { targets: oneHot(2) }).batch(range(3)), 'DATA_INVALID', /label 2/, /0 … 1/);
  await refuses(t, () => transform(table, { inputs: oneHot(3) }), 'DTYPE_MISMATCH', /float64/);
  await refuses(t, () => standardize(numbered(0)), 'OPTIONS_INVALID', /0 examples/);
});
