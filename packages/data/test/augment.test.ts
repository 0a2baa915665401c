import test from 'ava';
import { readContext, RandomSource, type HostTensor } from '@adjoint/core';
import {
  augment,
  augmentMask,
  augMix,
  dataset,
  randAugment,
  randomAffine,
  randomBlur,
  randomColour,
  randomCrop,
  randomFlip,
  randomPerspective,
  transform,
  trivialAugment,
  type Augmentation,
} from '../src/index.js';
import { affineFrom } from '../src/augment/geometry.js';
import { warp } from '../src/augment/warp.js';
import {
  blurred,
  withAutoContrast,
  withBrightness,
  withContrast,
  withEqualization,
  withHue,
  withPosterization,
  withSaturation,
  withSharpness,
  withSolarization,
} from '../src/augment/colour.js';
import { range, refuses } from './support.js';

/** An image of one channel. */
const image = (...rows: number[][]) => ({
  data: Float64Array.from(rows.flat()),
  channels: 1,
  rows: rows.length,
  columns: rows[0]!.length,
});
const pixels = (...values: number[]) => ({ data: Float64Array.from(values), channels: 3, rows: 1, columns: 1 });
const close = (a: Iterable<number>, b: readonly number[], tolerance = 1e-12): boolean =>
  [...a].length === b.length && [...a].every((value, i) => Math.abs(value - b[i]!) <= tolerance);

/** Some examples of one image after augmentation. */
async function augmented(
  steps: readonly Augmentation[],
  rows: number,
  columns: number,
  count = 50,
): Promise<HostTensor> {
  const source = dataset({
    inputs: {
      data: Float32Array.from({ length: count * rows * columns }, (_, i) => (i % (rows * columns)) / (rows * columns)),
      shape: [count, 1, rows, columns],
    },
  });
  return (await transform(source, { inputs: augment(steps) }).batch(range(count), readContext(1, 0))).inputs[0];
}

test('what is drawn belongs to seed, epoch and example', async (t) => {
  const source = dataset({ inputs: { data: Float32Array.from({ length: 64 }, Math.sin), shape: [4, 1, 4, 4] } });
  const steps = [randomCrop({ padding: 2 }), randomFlip(), trivialAugment()];
  const changed = transform(source, { inputs: augment(steps) });
  const all = (await changed.batch(range(4), readContext(1, 0))).inputs[0].data;
  const third = (await changed.batch(Int32Array.of(2), readContext(1, 0))).inputs[0].data;
  t.deepEqual([...third], [...all.subarray(32, 48)]);
  t.notDeepEqual((await changed.batch(Int32Array.of(2), readContext(1, 1))).inputs[0].data, third);
  t.notDeepEqual((await changed.batch(Int32Array.of(2), readContext(2, 0))).inputs[0].data, third);
});

test('a mask moves with its image, and keeps its classes', async (t) => {
  const marks = Float32Array.from({ length: 2 * 36 }, (_, i) => i % 5);
  const source = dataset({
    inputs: { data: marks, shape: [2, 1, 6, 6] },
    targets: { data: Int32Array.from(marks), shape: [2, 6, 6] },
  });
  // Colour stands between: a mask leaves it out, and meets the same draws after it.
  const steps = [
    randomCrop({ padding: 2, size: [5, 5] }),
    randomBlur({ probability: 0 }),
    randomFlip({ direction: 'vertical' }),
  ];
  const pair = transform(source, { inputs: augment(steps), targets: augmentMask(steps) });
  t.deepEqual(pair.targets[0]!.shape, [5, 5]);
  const { inputs, targets } = await pair.batch(range(2), readContext(3, 0));
  t.deepEqual([...inputs[0].data], [...targets[0]!.data]);
  t.is(targets[0]!.dtype, 'int32');
});

test('flips mirror rows or columns', (t) => {
  const flip = (direction: 'horizontal' | 'vertical') => [
    ...randomFlip({ direction, probability: 1 }).apply(image([1, 2], [3, 4]), new RandomSource(1), 'bilinear').data,
  ];
  t.deepEqual(flip('horizontal'), [2, 1, 4, 3]);
  t.deepEqual(flip('vertical'), [3, 4, 1, 2]);
});

test('crops are rectangles of the padded image, at all places', async (t) => {
  const { data, shape } = await augmented([randomCrop({ size: [2, 2], padding: 1 })], 2, 2, 200);
  t.deepEqual(shape, [200, 1, 2, 2]);
  // Of the nine places, five pixels of value ¾ in the corner show in four.
  const seen = new Set(Array.from({ length: 200 }, (_, i) => data.slice(i * 4, i * 4 + 4).join()));
  t.is(seen.size, 9);
  t.true(seen.has('0,0.25,0.5,0.75'));
  await refuses(t, () => augmented([randomCrop({ size: [5, 2] })], 2, 2), 'SHAPE_MISMATCH', /5 × 2 pixels/);
});

test('a quarter turn, a shift and a doubling move pixels where they should be', (t) => {
  const how = { interpolation: 'bilinear', fill: 0 } as const;
  const square = image([1, 2, 3], [4, 5, 6], [7, 8, 9]);
  t.true(close(warp(square, affineFrom({ angle: 90 }), how).data, [7, 4, 1, 8, 5, 2, 9, 6, 3]));
  t.true(close(warp(square, affineFrom({ right: 1 }), how).data, [0, 1, 2, 0, 4, 5, 0, 7, 8]));
  t.true(close(warp(square, affineFrom({ factor: 2 }), how).data, [3, 3.5, 4, 4.5, 5, 5.5, 6, 6.5, 7]));
  // Rows slant by one column for each row from the centre.
  t.true(close(warp(square, affineFrom({ slant: 1 }), how).data, [2, 3, 0, 4, 5, 6, 0, 7, 8]));
  t.true(close(warp(square, affineFrom({ down: 0.5 }), how).data, [0.5, 1, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5]));
});

test('perspective leaves the image inside, and nothing changes without distortion', (t) => {
  const square = image([1, 2, 3], [4, 5, 6], [7, 8, 9]);
  const same = randomPerspective({ distortion: 0, probability: 1 }).apply(square, new RandomSource(1), 'bilinear');
  t.true(close(same.data, [...square.data], 1e-9));
  const moved = randomPerspective({ distortion: 0.6, probability: 1, fill: -1 }).apply(
    square,
    new RandomSource(1),
    'nearest',
  );
  t.true([...moved.data].every((value) => value === -1 || [...square.data].includes(value)));
  t.notDeepEqual([...moved.data], [...square.data]);
});

test('changes of values are what their formulas say', (t) => {
  const two = image([0.2, 0.6]);
  t.true(close(withBrightness(two, 1.5).data, [0.3, 0.9]));
  t.true(close(withContrast(two, 0.5).data, [0.3, 0.5]));
  t.true(close(withSaturation(pixels(1, 0, 0), 0).data, [0.299, 0.299, 0.299]));
  t.true(close(withAutoContrast(two).data, [0, 1]));
  t.true(close(withSolarization(two, 0.5).data, [0.2, 0.4]));
  // 0.6·255 = 153 = 10011001₂, of which two bits are 128.
  t.true(close(withPosterization(two, 2).data, [0, 128 / 255]));
  t.true(close(withHue(pixels(0.6, 0.3, 0.2), 0).data, [0.6, 0.3, 0.2]));
  t.true(close(withHue(pixels(0.5, 0.5, 0.5), 0.3).data, [0.5, 0.5, 0.5], 2e-3));
  const peak = image([0, 0, 0], [0, 1, 0], [0, 0, 0]);
  // The smoothed centre is 5/13.
  t.true(close(withSharpness(peak, 0).data, [0, 0, 0, 0, 5 / 13, 0, 0, 0, 0]));
  t.deepEqual(withSharpness(peak, 1).data, peak.data);
  // Four levels, 255 times each, in 3 steps of (1020 − 255)/255 pixels.
  const levels = image(Array.from({ length: 1020 }, (_, i) => 0.2 * (i % 4)));
  t.true(close(withEqualization(levels).data.slice(0, 4), [0, 1 / 3, 2 / 3, 1]));
});

test('a blur keeps the sum away from the edges and has the stated deviation', (t) => {
  const row = new Array<number>(41).fill(0);
  row[20] = 1;
  const { data } = blurred(image(row), 2);
  const sum = data.reduce((total, value) => total + value, 0);
  const variance = data.reduce((total, value, i) => total + value * (i - 20) ** 2, 0);
  t.true(Math.abs(sum - 1) < 1e-12);
  t.true(Math.abs(variance - 4) < 0.2);
});

test('policies keep pictures in [0, 1] and change most of them', async (t) => {
  for (const policy of [randAugment({ magnitude: 20 }), trivialAugment(), augMix()]) {
    const { data, shape } = await augmented([policy], 8, 8, 40);
    t.deepEqual(shape, [40, 1, 8, 8]);
    t.true(data.every((value) => value >= 0 && value <= 1));
    const original = Array.from({ length: 64 }, (_, i) => Math.fround(i / 64)).join();
    const unchanged = Array.from({ length: 40 }, (_, i) => data.slice(i * 64, (i + 1) * 64).join()).filter(
      (one) => one === original,
    );
    t.true(unchanged.length < 15, `${unchanged.length} of 40 are as they were`);
  }
});

test('options out of range are refused', async (t) => {
  await refuses(t, () => randomFlip({ probability: 2 }), 'OPTIONS_INVALID', /probability.* is 2/);
  await refuses(t, () => randomCrop({ padding: -1 }), 'OPTIONS_INVALID', /padding.* is -1/);
  await refuses(t, () => randomAffine({ rotate: NaN }), 'OPTIONS_INVALID');
  await refuses(t, () => randomColour({ hue: 1 }), 'OPTIONS_INVALID', /hue.* is 1/);
  await refuses(t, () => randAugment({ magnitude: 31 }), 'OPTIONS_INVALID', /magnitude.* is 31/);
  const whole = dataset({ inputs: { data: new Uint8Array(4), shape: [1, 1, 2, 2] } });
  await refuses(t, () => transform(whole, { inputs: augment([]) }), 'DTYPE_MISMATCH', /augmentMask/);
});
