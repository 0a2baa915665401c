import type { Schema } from '@adjoint/core/options';
import { positive, rate, refine, tuple } from '@adjoint/core/options';

/** Least and greatest of what is drawn. */
function interval(end: Schema<number>) {
  return refine(tuple(end, end), ([low, high]) => low <= high, 'the least before the greatest');
}

export const positives = interval(positive);
export const notNegatives = interval(rate);
