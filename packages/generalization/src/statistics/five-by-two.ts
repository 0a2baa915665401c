import { AdjointError } from '@adjoint/core';
import { fisherUpper, studentTwoSided } from './distributions.js';
import { meanOf } from './summary.js';

export interface FiveByTwoTest {
  /** Mean of the differences. */
  readonly difference: number;
  /** Dietterich's t, with 5 degrees of freedom; NaN where all differences of a round agree. */
  readonly t: number;
  /** Probability of as large a |t| where both models are equally good. */
  readonly p: number;
  /** Alpaydın's F with 10 and 5 degrees of freedom, which does not depend on which difference comes first. */
  readonly f: number;
  readonly pOfF: number;
}

/**
 * The 5×2 cross-validation test of two models (Dietterich 1998, Neural Computation 10; combined: Alpaydın 1999, 11).
 * @param differences of a figure of both models, on both halves of five rounds
 */
export function fiveByTwoTest(differences: readonly (readonly [number, number])[]): FiveByTwoTest {
  if (differences.length !== 5 || differences.some(({ length }) => length !== 2))
    throw new AdjointError('OPTIONS_INVALID', 'fiveByTwoTest: give the differences of five rounds of two halves each.');
  const variances = differences.map(([a, b]) => (a - b) ** 2 / 2);
  const all = differences.flat();
  const t = differences[0]![0] / Math.sqrt(meanOf(variances));
  const f = all.reduce((sum, value) => sum + value ** 2, 0) / (2 * variances.reduce((sum, value) => sum + value, 0));
  return { difference: meanOf(all), t, p: studentTwoSided(t, 5), f, pOfF: fisherUpper(f, 10, 5) };
}
