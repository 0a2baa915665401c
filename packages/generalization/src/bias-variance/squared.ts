import { checkRuns, columnsOf } from './runs.js';

export interface SquaredDecomposition {
  /** Mean over the points of (mean prediction − target)². */
  readonly bias2: number;
  /** Mean over the points of the variance of the predictions over the runs. */
  readonly variance: number;
  /** As it was given. */
  readonly noise: number;
  /** bias² + variance + noise: the expected squared error of a run. */
  readonly total: number;
}

/**
 * Bias and variance of squared error (Geman et al. 1992): E(f − y)² = (E f − t)² + var f + noise, means over all points.
 * @param predictions those of each run, trained on other data, for the same points
 * @param target the true values without noise; with noisy ones, its variance is part of the bias
 * @param noise variance of the noise
 * @throws AdjointError `DATA_INVALID` for less than two runs, or predictions of another number of points
 */
export function squaredDecomposition(
  predictions: readonly ArrayLike<number>[],
  target: ArrayLike<number>,
  { noise = 0 }: { readonly noise?: number } = {},
): SquaredDecomposition {
  checkRuns('squaredDecomposition', predictions, target.length);
  const runs = predictions.length;
  let [bias2, variance] = [0, 0];
  columnsOf(predictions, target.length).forEach((values, point) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / runs;
    bias2 += (mean - target[point]!) ** 2 / target.length;
    variance += values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / runs / target.length;
  });
  return { bias2, variance, noise, total: bias2 + variance + noise };
}
