import { checkRuns, columnsOf } from './runs.js';

export interface ZeroOneDecomposition {
  /** Share of the points whose main prediction is wrong. */
  readonly bias: number;
  /** Mean share of the runs that differ from the main prediction. */
  readonly variance: number;
  /** Its part at points where the main prediction is right: it costs. */
  readonly unbiasedVariance: number;
  /** Its part where the main prediction is wrong: with two classes it helps. */
  readonly biasedVariance: number;
  /** The expected error; bias + unbiasedVariance − biasedVariance if there are two classes. */
  readonly total: number;
}

/**
 * Bias and variance of 0-1 loss (Domingos 2000, ICML): the main prediction of a point is the class that most runs say, of
 * several the lowest.
 * @param predictions the classes that each run, trained on other data, says of the same points
 * @throws AdjointError `DATA_INVALID` for less than two runs, or predictions of another number of points
 */
export function zeroOneDecomposition(
  predictions: readonly ArrayLike<number>[],
  target: ArrayLike<number>,
): ZeroOneDecomposition {
  checkRuns('zeroOneDecomposition', predictions, target.length);
  const share = 1 / target.length;
  let [bias, unbiasedVariance, biasedVariance, total] = [0, 0, 0, 0];
  columnsOf(predictions, target.length).forEach((classes, point) => {
    const main = mainPrediction(classes);
    const differing = classes.filter((label) => label !== main).length / classes.length;
    if (main === target[point]) unbiasedVariance += share * differing;
    else {
      bias += share;
      biasedVariance += share * differing;
    }
    total += share * (classes.filter((label) => label !== target[point]).length / classes.length);
  });
  return { bias, variance: unbiasedVariance + biasedVariance, unbiasedVariance, biasedVariance, total };
}

function mainPrediction(classes: readonly number[]): number {
  const votes = new Map<number, number>();
  for (const label of classes) votes.set(label, (votes.get(label) ?? 0) + 1);
  const [[main]] = [...votes].sort(([a, of], [b, than]) => than - of || a - b) as [[number, number]];
  return main;
}
