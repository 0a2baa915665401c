import test from 'ava';
import { fitLine, median } from '../src/statistics.js';

test('the median is the middle number or the mean of the middle two', (t) => {
  t.is(median([5]), 5);
  t.is(median([9, 1, 5]), 5);
  t.is(median([10, 1, 4, 2]), 3);
});

test('a line is found, and what is off it is told as a share of the point', (t) => {
  const straight = fitLine([1, 2, 4], [5, 7, 11]);
  t.true(Math.abs(straight.offset - 3) < 1e-9 && Math.abs(straight.slope - 2) < 1e-9 && straight.deviation < 1e-9);
  // Relative errors count: doubling a small point moves the line little at the large ones.
  t.true(fitLine([1, 2, 1000], [2, 2, 1000]).deviation > 0.2);
});
