import test from 'ava';
import fc from 'fast-check';
import { smoothed, spread, thinned, type Point } from '../src/index.js';

const pointsOf = (values: readonly number[]): Point[] => values.map((y, x) => [x, y]);
const heights = (points: readonly Point[]): number[] => points.map(([, y]) => y);

test('smoothing weighs what came before by powers of its weight, without a bias to the start', (t) => {
  const points = pointsOf([1, 2, NaN, 4]);
  t.deepEqual(smoothed(points, 0), points);
  // (½·1·½ + ½·2)/(½·½ + ½), and (⅛·1 + ¼·2 + ½·4)/⅞.
  t.deepEqual(heights(smoothed(points, 0.5)), [1, 1.25 / 0.75, NaN, 2.625 / 0.875]);
  t.deepEqual(heights(smoothed(pointsOf([3, 3, 3]), 0.75)), [3, 3, 3]);
});

test('a thinned curve keeps its least and greatest, its order, and about as many points as asked for', (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.float({ noNaN: true, noDefaultInfinity: true })),
      fc.integer({ min: 2, max: 40 }),
      (values, most) => {
        const points = pointsOf(values);
        const thin = thinned(points, most);
        t.true(thin.length <= Math.max(most, 2));
        t.is(Math.min(...heights(thin)), Math.min(...values));
        t.is(Math.max(...heights(thin)), Math.max(...values));
        t.deepEqual(
          thin.map(([x]) => x),
          thin.map(([x]) => x).sort((a, b) => a - b),
        );
        if (values.length <= most) t.deepEqual(thin, points);
      },
    ),
  );
  t.deepEqual(heights(thinned(pointsOf(new Array<number>(10).fill(NaN)), 4)), [NaN, NaN]);
});

test('curves that belong together have a mean and a range at each place', (t) => {
  const { mean, band } = spread([pointsOf([1, 2, 3]), pointsOf([3, NaN, 5]), [[2, 7]]]);
  t.deepEqual(mean, [
    [0, 2],
    [1, 2],
    [2, 5],
  ]);
  t.deepEqual(band, [
    [0, 1, 3],
    [1, 2, 2],
    [2, 3, 7],
  ]);
});
