import { AdjointError, RandomSource } from '@adjoint/core';
import { normalBelow, normalQuantile } from './distributions.js';
import { meanOf, summaryOf } from './summary.js';

export interface BootstrapOptions {
  /** Number of samples; 2,000 if not given. */
  readonly samples?: number;
  /** Probability that the interval holds the true value; 0.95 if not given. */
  readonly level?: number;
  /**
   * `percentile`: quantiles of the samples; `basic`: those, mirrored at the estimate; `bca` (the default): quantiles that
   * are corrected for bias and skewness, which also computes the statistic once without each example.
   */
  readonly method?: 'percentile' | 'basic' | 'bca';
  readonly seed: number;
}

export interface BootstrapInterval {
  /** The statistic of the data themselves. */
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  /** Standard deviation over the samples. */
  readonly standardError: number;
  /** Mean over the samples, less the estimate. */
  readonly bias: number;
}

/**
 * A confidence interval of any statistic, by drawing examples with replacement (Efron & Tibshirani 1993; BCa: Efron 1987).
 * @param size number of examples
 * @param statistic of some examples, by their numbers
 * @example bootstrap(correct.length, (rows) => rows.reduce((sum, i) => sum + correct[i], 0) / rows.length, { seed: 1 })
 * @throws AdjointError `DATA_INVALID` for less than two examples, or a statistic that is not finite
 */
export function bootstrap(
  size: number,
  statistic: (rows: Int32Array) => number,
  { samples = 2000, level = 0.95, method = 'bca', seed }: BootstrapOptions,
): BootstrapInterval {
  if (!(level > 0 && level < 1) || !Number.isInteger(samples) || samples < 2)
    throw new AdjointError(
      'OPTIONS_INVALID',
      `bootstrap: level is ${level}, samples is ${samples}; give a level between 0 and 1, and a whole number of samples ≥ 2.`,
    );
  if (!Number.isInteger(size) || size < 2)
    throw new AdjointError('DATA_INVALID', `bootstrap: ${size} examples are too few to draw from; give at least two.`);
  const of = (rows: Int32Array): number => {
    const value = statistic(rows);
    if (Number.isFinite(value)) return value;
    throw new AdjointError(
      'DATA_INVALID',
      `bootstrap: the statistic of a sample is ${value}; use one that every sample has, or more examples.`,
    );
  };
  const all = Int32Array.from({ length: size }, (_, i) => i);
  const estimate = of(all);
  const random = new RandomSource(seed).child('bootstrap');
  const replicates = Array.from({ length: samples }, () => of(all.map(() => random.integer(size))));
  const sorted = Float64Array.from(replicates).sort();
  const tail = (1 - level) / 2;
  const [low, high] =
    method === 'bca'
      ? correctedTails(sorted, estimate, tail, () => Array.from(all, (left) => of(all.filter((i) => i !== left))))
      : ([tail, 1 - tail] as const);
  const [lower, upper] = [quantile(sorted, low), quantile(sorted, high)];
  const { mean, deviation } = summaryOf(replicates);
  return {
    estimate,
    low: method === 'basic' ? 2 * estimate - upper : lower,
    high: method === 'basic' ? 2 * estimate - lower : upper,
    standardError: deviation,
    bias: mean - estimate,
  };
}

/** The shares of samples below the ends of a BCa interval (Efron & Tibshirani 1993, equations 14.10 to 14.15). */
function correctedTails(
  sorted: Float64Array,
  estimate: number,
  tail: number,
  jackknife: () => readonly number[],
): readonly [number, number] {
  // Ties count half, so that a statistic of few values is not taken for a biased one.
  const below = sorted.filter((value) => value < estimate).length;
  const equal = sorted.filter((value) => value === estimate).length;
  const share = (below + equal / 2) / sorted.length;
  if (share === 0 || share === 1) return [tail, 1 - tail];
  const bias = normalQuantile(share);
  const left = jackknife();
  const mean = meanOf(left);
  const squares = left.reduce((sum, value) => sum + (mean - value) ** 2, 0);
  const cubes = left.reduce((sum, value) => sum + (mean - value) ** 3, 0);
  const acceleration = squares === 0 ? 0 : cubes / (6 * squares ** 1.5);
  const corrected = (p: number): number => {
    const z = bias + normalQuantile(p);
    return normalBelow(bias + z / (1 - acceleration * z));
  };
  return [corrected(tail), corrected(1 - tail)];
}

/** Linear between the values (definition 7 of Hyndman & Fan 1996). */
function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below]!;
  return low + (place - below) * ((sorted[below + 1] ?? low) - low);
}
