import { AdjointError } from '@adjoint/core';
import { studentTwoSided } from './distributions.js';
import { summaryOf } from './summary.js';

export interface MeanInterval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/**
 * An interval of the mean of a figure of independent runs, such as those of several seeds: mean ± t·s/√n with Student's t of
 * n − 1 degrees of freedom (Student 1908). Of the differences of two methods with the same seeds it is that of a paired
 * comparison. Folds of one data set are not independent.
 * @param options.level probability that the interval holds the true mean; 0.95 if not given
 * @throws AdjointError `DATA_INVALID` for less than two values or one that is not finite, `OPTIONS_INVALID` for the level
 */
export function meanInterval(
  values: readonly number[],
  { level = 0.95 }: { readonly level?: number } = {},
): MeanInterval {
  if (!(level > 0 && level < 1))
    throw new AdjointError('OPTIONS_INVALID', `meanInterval: level is ${level}; give one between 0 and 1.`);
  if (values.length < 2 || !values.every(Number.isFinite))
    throw new AdjointError(
      'DATA_INVALID',
      `meanInterval: the values are ${values.slice(0, 5).join(', ') || 'none'}; give at least two, all finite.`,
    );
  const { mean, deviation } = summaryOf(values);
  const margin = (studentQuantile(1 - level, values.length - 1) * deviation) / Math.sqrt(values.length);
  return { mean, low: mean - margin, high: mean + margin };
}

/** The t that |T| exceeds with a probability, by halving. */
function studentQuantile(outside: number, degrees: number): number {
  let [low, high] = [0, 1];
  while (studentTwoSided(high, degrees) > outside) high *= 2;
  while (high - low > 1e-12 * high) {
    const middle = (low + high) / 2;
    if (studentTwoSided(middle, degrees) > outside) low = middle;
    else high = middle;
  }
  return high;
}
