import test from 'ava';
import { median } from '../src/statistics.js';

test('the median is the middle number or the mean of the middle two', (t) => {
  t.is(median([5]), 5);
  t.is(median([9, 1, 5]), 5);
  t.is(median([10, 1, 4, 2]), 3);
});
