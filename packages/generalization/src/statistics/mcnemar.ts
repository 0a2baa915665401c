import { AdjointError } from '@adjoint/core';
import { coinAtMost, normalTwoSided } from './distributions.js';

/** How two models differ on the examples of one test set. */
export interface Disagreements {
  /** Examples that only the first has right. */
  readonly onlyFirst: number;
  readonly onlySecond: number;
}

export interface McNemarTest extends Disagreements {
  /** (|b − c| − 1)²/(b + c); of the exact test the smaller of both numbers. */
  readonly statistic: number;
  /** Probability of as large a difference where both models are equally good. */
  readonly p: number;
}

/**
 * McNemar's test (1947): whether two classifiers have the same error, from the examples on which one alone is right.
 * Exact (binomial), or chi-squared with the correction of Edwards (1948); exact below 25 disagreements if not said.
 */
export function mcNemar(
  { onlyFirst, onlySecond }: Disagreements,
  { exact = onlyFirst + onlySecond < 25 }: { readonly exact?: boolean } = {},
): McNemarTest {
  for (const count of [onlyFirst, onlySecond]) {
    if (!Number.isInteger(count) || count < 0)
      throw new AdjointError('OPTIONS_INVALID', `mcNemar: ${count} is no number of examples.`);
  }
  const all = onlyFirst + onlySecond;
  const least = Math.min(onlyFirst, onlySecond);
  if (exact) return { onlyFirst, onlySecond, statistic: least, p: Math.min(1, 2 * coinAtMost(least, all)) };
  const statistic = all === 0 ? 0 : Math.max(0, Math.abs(onlyFirst - onlySecond) - 1) ** 2 / all;
  return { onlyFirst, onlySecond, statistic, p: normalTwoSided(Math.sqrt(statistic)) };
}

/**
 * Counts where two models differ.
 * @throws AdjointError `DATA_INVALID` unless there is one prediction of each model for each target
 */
export function disagreements(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  target: ArrayLike<number>,
): Disagreements {
  if (first.length !== target.length || second.length !== target.length)
    throw new AdjointError(
      'DATA_INVALID',
      `disagreements: there are ${first.length} and ${second.length} predictions for ${target.length} targets; give one of each for each.`,
    );
  let [onlyFirst, onlySecond] = [0, 0];
  for (let i = 0; i < target.length; i++) {
    const [isFirst, isSecond] = [first[i] === target[i], second[i] === target[i]];
    if (isFirst && !isSecond) onlyFirst++;
    if (isSecond && !isFirst) onlySecond++;
  }
  return { onlyFirst, onlySecond };
}
