import test from 'ava';
import { near } from '@adjoint/reference-values';
import {
  bootstrap,
  disagreements,
  fiveByTwoTest,
  mcNemar,
  squaredDecomposition,
  zeroOneDecomposition,
} from '../src/index.js';
import {
  coinAtMost,
  fisherUpper,
  normalBelow,
  normalQuantile,
  normalTwoSided,
  regularizedBeta,
  studentTwoSided,
} from '../src/statistics/distributions.js';

test('distributions have the values of their tables', (t) => {
  // Student's distribution with 5 degrees of freedom, in closed form (Abramowitz & Stegun 26.7.3).
  for (const value of [0.3, 1, 2.5706, 9]) {
    const angle = Math.atan(value / Math.sqrt(5));
    const within = (2 / Math.PI) * (angle + Math.sin(angle) * (Math.cos(angle) + (2 / 3) * Math.cos(angle) ** 3));
    near(t, studentTwoSided(value, 5), 1 - within, 1e-13);
  }
  // Critical values of every textbook's tables.
  near(t, studentTwoSided(2.570582, 5), 0.05, 1e-7);
  near(t, fisherUpper(4.735063, 10, 5), 0.05, 1e-7);
  near(t, normalTwoSided(Math.sqrt(3.841459)), 0.05, 1e-7);
  near(t, normalQuantile(0.975), 1.959963984540054, 1e-12);
  near(t, normalQuantile(0.05), -1.6448536269514722, 1e-12);
  near(t, normalBelow(1), 0.8413447460685429, 1e-13);
  // Far out, where 1 − Φ has no digits left: erfc(5/√2).
  t.true(Math.abs(normalTwoSided(5) / 5.733031437583892e-7 - 1) < 1e-11);
  near(t, coinAtMost(1, 12), 13 / 4096, 1e-14);
  near(t, coinAtMost(5, 5), 1);
  // I_x(a, 1) = x^a, and both sides of the fraction meet.
  near(t, regularizedBeta(0.3, 2.5, 1), 0.3 ** 2.5, 1e-13);
  near(t, regularizedBeta(0.4, 3, 7) + regularizedBeta(0.6, 7, 3), 1, 1e-13);
});

// Efron & Tibshirani 1993, tables 2.1, 3.1 and 14.1.
const mice = [94, 197, 16, 38, 99, 141, 23];
const lawSchools = {
  lsat: [576, 635, 558, 578, 666, 580, 555, 661, 651, 605, 653, 575, 545, 572, 594],
  gpa: [3.39, 3.3, 2.81, 3.03, 3.44, 3.07, 3.0, 3.43, 3.36, 3.13, 3.12, 2.74, 2.76, 2.88, 2.96],
};
const spatial = [48, 36, 20, 29, 42, 42, 20, 42, 22, 41, 45, 14, 6, 0, 33, 28, 34, 4, 32, 24, 47, 41, 24, 26, 30, 41];

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const variance = (values: readonly number[]): number => mean(values.map((value) => (value - mean(values)) ** 2));
const of =
  (data: readonly number[], statistic: (values: readonly number[]) => number) =>
  (rows: Int32Array): number =>
    statistic(Array.from(rows, (i) => data[i]!));

test('the bootstrap finds the standard errors of the textbook', (t) => {
  const { estimate, standardError } = bootstrap(mice.length, of(mice, mean), { seed: 1, samples: 10_000 });
  near(t, estimate, 86.857142857, 1e-9);
  // Table 2.2 for infinitely many samples; the standard deviation of the mean, with n in place of n − 1.
  near(t, Math.sqrt(variance(mice) / 7), 23.36, 1e-3);
  t.true(Math.abs(standardError - 23.36) < 0.4);

  const correlation = (rows: Int32Array): number => {
    const [x, y] = [Array.from(rows, (i) => lawSchools.lsat[i]!), Array.from(rows, (i) => lawSchools.gpa[i]!)];
    const [mx, my] = [mean(x), mean(y)];
    return mean(x.map((value, i) => (value - mx) * (y[i]! - my))) / Math.sqrt(variance(x) * variance(y));
  };
  const law = bootstrap(15, correlation, { seed: 1, samples: 3200 });
  near(t, law.estimate, 0.7764, 1e-4);
  // Table 6.1: 0.132 of 3,200 samples.
  t.true(Math.abs(law.standardError - 0.132) < 0.006, String(law.standardError));
});

test('BCa corrects the percentile interval as in the textbook', (t) => {
  // Section 14.2: θ̂ = 171.5; 90 %: percentile (100.8, 233.9), BCa (115.8, 259.6) of 2,000 samples.
  const interval = (method: 'percentile' | 'bca' | 'basic') =>
    bootstrap(spatial.length, of(spatial, variance), { seed: 2, level: 0.9, method, samples: 10_000 });
  const [percentile, bca, basic] = [interval('percentile'), interval('bca'), interval('basic')];
  near(t, percentile.estimate, 171.5, 1e-3);
  t.true(Math.abs(percentile.low - 100.8) < 4 && Math.abs(percentile.high - 233.9) < 4, JSON.stringify(percentile));
  t.true(Math.abs(bca.low - 115.8) < 4 && Math.abs(bca.high - 259.6) < 6, JSON.stringify(bca));
  near(t, basic.low + percentile.high, 2 * basic.estimate, 1e-12);
  // The variance with n is biased downwards by σ²/n.
  t.true(Math.abs(percentile.bias + percentile.estimate / 26) < 1);
});

test('the bootstrap refuses what it cannot draw from', (t) => {
  t.throws(() => bootstrap(1, () => 0, { seed: 1 }), { code: 'DATA_INVALID' });
  t.throws(() => bootstrap(5, () => NaN, { seed: 1 }), {
    code: 'DATA_INVALID',
    message: /statistic of a sample is NaN/,
  });
  t.throws(() => bootstrap(5, () => 1, { seed: 1, level: 95 }), { code: 'OPTIONS_INVALID' });
  t.is(bootstrap(5, () => 1, { seed: 1 }).low, 1);
});

test("McNemar's test, exact and corrected", (t) => {
  // (|25 − 15| − 1)²/40 = 2.025.
  const corrected = mcNemar({ onlyFirst: 25, onlySecond: 15 });
  near(t, corrected.statistic, 2.025);
  near(t, corrected.p, 0.154728923485, 1e-10);
  // 2·(C(12, 0) + C(12, 1))/2¹².
  near(t, mcNemar({ onlyFirst: 11, onlySecond: 1 }).p, 26 / 4096, 1e-13);
  t.is(mcNemar({ onlyFirst: 3, onlySecond: 3 }).p, 1);
  t.is(mcNemar({ onlyFirst: 0, onlySecond: 0 }).p, 1);
  // Agresti, Categorical Data Analysis, section 10.1.1: 150 and 86 disapprove once; z² = 17.36 without correction.
  near(t, mcNemar({ onlyFirst: 150, onlySecond: 86 }).statistic, 63 ** 2 / 236);
  t.deepEqual(disagreements([0, 1, 1, 0], [0, 0, 1, 1], [0, 1, 0, 1]), { onlyFirst: 1, onlySecond: 1 });
  t.throws(() => disagreements([0], [0, 1], [0, 1]), { code: 'DATA_INVALID' });
  t.throws(() => mcNemar({ onlyFirst: 1.5, onlySecond: 0 }), { code: 'OPTIONS_INVALID' });
});

test('the 5×2 tests by their formulas', (t) => {
  const found = fiveByTwoTest(Array.from({ length: 5 }, () => [0.3, 0.1] as const));
  near(t, found.difference, 0.2);
  // s² = 0.02 in each round: t = 0.3/√0.02, F = 5·(0.09 + 0.01)/(2·5·0.02).
  near(t, found.t, 0.3 / Math.sqrt(0.02));
  near(t, found.f, 2.5);
  near(t, found.p, studentTwoSided(found.t, 5));
  // F(10, 5) in closed form, by the finite sum of I_x for a whole second parameter: I_x(5/2, 5), x = 5/(5 + 10·2.5) = 1/6.
  let sum = 0;
  let term = 1;
  for (let k = 0; k < 5; k++, term *= ((2.5 + k - 1) / k) * (5 / 6)) sum += term;
  near(t, found.pOfF, (1 / 6) ** 2.5 * sum, 1e-12);
  t.throws(() => fiveByTwoTest([[1, 2]]), { code: 'OPTIONS_INVALID' });
});

test('bias and variance by hand', (t) => {
  const squared = squaredDecomposition(
    [
      [1, 4],
      [3, 4],
    ],
    [1, 2],
    { noise: 0.5 },
  );
  // Means 2 and 4: biases 1 and 4; variances 1 and 0.
  t.deepEqual(squared, { bias2: 2.5, variance: 0.5, noise: 0.5, total: 3.5 });
  // Three classes: main predictions 0 (right), 2 (wrong; one run is right, one wrong otherwise).
  const zeroOne = zeroOneDecomposition(
    [
      [0, 2],
      [0, 2],
      [1, 1],
      [0, 0],
    ],
    [0, 1],
  );
  t.deepEqual(zeroOne, { bias: 0.5, variance: 0.375, unbiasedVariance: 0.125, biasedVariance: 0.25, total: 0.5 });
  t.throws(() => squaredDecomposition([[1]], [1]), { code: 'DATA_INVALID', message: /at least two/ });
  t.throws(() => zeroOneDecomposition([[1], [1, 2]], [1]), { code: 'DATA_INVALID', message: /run 1 has 2/ });
});
