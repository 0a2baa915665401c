import test from 'ava';
import { AdjointError } from '../../src/errors.js';
import { RandomSource } from '../../src/random/random-source.js';

// Numbers that must never change were computed with a program of their own in Python, from the definition of Threefry.

test('the first uniform number of seed 0 is the known answer of Threefry for key 0, counter 0', (t) => {
  t.is(new RandomSource(0).uniform(), (0x6b200159 * 2 ** 21 + (0x99ba4efe >>> 11)) / 2 ** 53);
});

test('integers, permutations and children are the same numbers everywhere', (t) => {
  const source = new RandomSource(0);
  t.deepEqual(
    Array.from({ length: 6 }, () => source.integer(1000)),
    [905, 159, 164, 69, 526, 94],
  );
  t.deepEqual([...new RandomSource(2 ** 32 + 5).permutation(10)], [1, 2, 9, 3, 8, 4, 5, 7, 6, 0]);
  t.deepEqual(new RandomSource(7).child('conv1/kernel').state, { key: [741730309, 776613378], counter: 0 });
  t.deepEqual(new RandomSource(7).child('größe').state, { key: [1521328377, 1760424443], counter: 0 });
});

test('a child depends on the name only, not on what was drawn before', (t) => {
  const source = new RandomSource(1);
  const before = source.child('a').uniform();
  source.uniform();
  t.is(source.child('a').uniform(), before);
  const firsts = new Set(['', 'a', 'b', 'ab', 'a\0', '\0'].map((name) => source.child(name).uniform()));
  t.is(firsts.size, 6);
});

test('a restored source goes on with the same numbers', (t) => {
  const source = new RandomSource(123);
  source.permutation(100);
  const restored = RandomSource.restore(JSON.parse(JSON.stringify(source.state)));
  t.deepEqual([...restored.permutation(100)], [...source.permutation(100)]);
});

test('integer(n) is uniform: χ² over 6 values stays below its 99.99 % point', (t) => {
  const source = new RandomSource(5);
  const counts = new Array<number>(6).fill(0);
  const draws = 60_000;
  for (let i = 0; i < draws; i++) counts[source.integer(6)]!++;
  const expected = draws / 6;
  t.true(counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0) < 25.74); // 5 degrees of freedom
});

test('normal() has mean 0, variance 1 and fourth moment 3 within five standard errors', (t) => {
  const source = new RandomSource(6);
  const n = 100_000;
  const moments = [0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    const x = source.normal();
    for (let power = 0; power < 4; power++) moments[power]! += x ** (power + 1) / n;
  }
  // Var x = 1, Var x² = 2, Var x³ = 15, Var x⁴ = 105 − 9 = 96.
  [0, 1, 0, 3].forEach((expected, i) =>
    t.true(Math.abs(moments[i]! - expected) < 5 * Math.sqrt([1, 2, 15, 96][i]! / n)),
  );
});

test('a permutation holds every number once; 0 and 1 elements work', (t) => {
  t.deepEqual(
    [...new RandomSource(9).permutation(1000).sort()],
    Array.from({ length: 1000 }, (_, i) => i),
  );
  t.is(new RandomSource(9).permutation(0).length, 0);
  t.deepEqual([...new RandomSource(9).permutation(1)], [0]);
});

test('wrong seeds, bounds and states are refused', (t) => {
  for (const seed of [-1, 0.5, NaN, 2 ** 53]) {
    t.is(t.throws(() => new RandomSource(seed), { instanceOf: AdjointError })?.code, 'OPTIONS_INVALID');
  }
  for (const bound of [0, -1, 1.5, NaN])
    t.throws(() => new RandomSource(0).integer(bound), { instanceOf: AdjointError });
  for (const state of [
    { key: [1, -1], counter: 0 },
    { key: [1, 2], counter: -1 },
    { key: [1, 2 ** 32], counter: 0 },
  ]) {
    t.throws(() => RandomSource.restore(state as never), { instanceOf: AdjointError, message: /not a state/ });
  }
});
