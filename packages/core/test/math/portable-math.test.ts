import test from 'ava';
import { cosineOfTurns, logarithm, power, wholePower } from '../../src/math/portable-math.js';
import { RandomSource } from '../../src/random/random-source.js';

// Engines agree with each other, and with these functions, up to the last bits.

test('logarithm is the natural logarithm', (t) => {
  t.is(logarithm(1), 0);
  t.is(logarithm(2), Math.LN2);
  const random = new RandomSource(1);
  for (let i = 0; i < 20_000; i++) {
    const x = (1 + random.uniform()) * 2 ** (random.integer(2000) - 1000);
    const close = 0.5 + random.uniform();
    for (const y of [x, close]) t.true(Math.abs(logarithm(y) / Math.log(y) - 1) < 2 ** -50, `${y}`);
  }
});

test('cosineOfTurns is the cosine', (t) => {
  t.deepEqual([0, 0.5, 1, -1, 1.5].map(cosineOfTurns), [1, -1, 1, 1, -1]);
  for (const zero of [0.25, 0.75, -0.25]) t.true(cosineOfTurns(zero) === 0);
  const random = new RandomSource(2);
  for (let i = 0; i < 20_000; i++) {
    const turns = 2 * random.uniform() - 1;
    t.true(Math.abs(cosineOfTurns(turns) - Math.cos(2 * Math.PI * turns)) < 2 ** -49, `${turns}`);
  }
});

test('wholePower multiplies', (t) => {
  t.is(wholePower(3, 0), 1);
  t.is(wholePower(3, 13), 1_594_323);
  t.is(wholePower(-2, 31), -(2 ** 31));
  t.is(wholePower(0.5, 1000), 2 ** -1000);
  for (const [base, exponent] of [
    [0.9, 1],
    [0.999, 777],
    [0.999, 100_000],
  ] as const)
    t.true(Math.abs(wholePower(base, exponent) / base ** exponent - 1) < (exponent + 2) * 2 ** -52);
});

test('power is the power, whole or not', (t) => {
  t.deepEqual([power(2, 10), power(2, -2), power(0, 0.5), power(0, -0.5), power(5, 0)], [1024, 0.25, 0, Infinity, 1]);
  t.deepEqual([power(1e300, 1.5), power(1e300, -1.5)], [Infinity, 0]);
  const random = new RandomSource(3);
  for (let i = 0; i < 20_000; i++) {
    const base = (1 + random.uniform()) * 2 ** (random.integer(20) - 10);
    const exponent = 40 * random.uniform() - 20;
    const scale = 1 + Math.abs(exponent * Math.log(base));
    t.true(Math.abs(power(base, exponent) / base ** exponent - 1) < scale * 2 ** -50, `${base} to ${exponent}`);
  }
});
