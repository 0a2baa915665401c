import test from 'ava';
import { meanInterval } from '../src/index.js';

test('an interval of a mean is that of the tables of t', (t) => {
  // 0.975 quantiles of t with 1, 2 and 4 degrees of freedom; deviations of the values are √2, 1 and √2.5.
  for (const [values, quantile, deviation] of [
    [[1, 3], 12.7062047, Math.SQRT2],
    [[1, 2, 3], 4.3026527, 1],
    [[1, 2, 3, 4, 5], 2.7764451, Math.sqrt(2.5)],
  ] as const) {
    const { mean, low, high } = meanInterval(values);
    const margin = (quantile * deviation) / Math.sqrt(values.length);
    t.true(Math.abs(high - mean - margin) < 1e-6 && Math.abs(mean - low - margin) < 1e-6, `${low} ${high}`);
  }
  // 0.95 quantile with 2 degrees of freedom.
  t.true(Math.abs(meanInterval([1, 2, 3], { level: 0.9 }).high - 2 - 2.9199856 / Math.sqrt(3)) < 1e-6);
  t.deepEqual(meanInterval([2, 2, 2]), { mean: 2, low: 2, high: 2 });
});

test('one run has no interval', (t) => {
  t.throws(() => meanInterval([1]), { code: 'DATA_INVALID' });
  t.throws(() => meanInterval([1, NaN]), { code: 'DATA_INVALID', message: /finite/ });
  t.throws(() => meanInterval([1, 2], { level: 95 }), { code: 'OPTIONS_INVALID' });
});
