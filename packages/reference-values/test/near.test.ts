import test from 'ava';
import { differenceOf } from '../src/index.js';

test('values are near if their largest difference is small beside the largest value', (t) => {
  t.is(differenceOf([1000, 1], [1000, 1.5], 1e-3), undefined);
  t.regex(differenceOf([1000, 1], [1000, 3], 1e-3)!, /element 1 of \[2\] is 1, expected 3/);
  t.is(differenceOf([0, -0], [-0, 0], 1e-9), undefined);
});

test('what is not finite must be the same', (t) => {
  t.is(differenceOf([NaN, Infinity, -Infinity], [NaN, Infinity, -Infinity], 1e-9), undefined);
  for (const [got, want] of [
    [NaN, 1],
    [1, NaN],
    [Infinity, 1],
    [1, Infinity],
    [Infinity, -Infinity],
  ] as const)
    t.regex(differenceOf([got], [want], 1e-9)!, /element 0/, `${got} beside ${want}`);
});

test('shapes must agree', (t) => {
  t.regex(differenceOf([[1, 2]], [1, 2], 1)!, /shape is \[1, 2\], expected \[2\]/);
});
