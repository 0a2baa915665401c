import { AdjointError } from '@adjoint/core';

/** @throws AdjointError `DATA_INVALID` for less than two runs, or predictions of another number of points */
export function checkRuns(who: string, predictions: readonly ArrayLike<number>[], points: number): void {
  if (predictions.length < 2)
    throw new AdjointError(
      'DATA_INVALID',
      `${who}: there are ${predictions.length} runs; variance takes at least two, each trained on other data.`,
    );
  const odd = predictions.findIndex(({ length }) => length !== points);
  if (points > 0 && odd < 0) return;
  throw new AdjointError(
    'DATA_INVALID',
    points === 0
      ? `${who}: there are no points to predict.`
      : `${who}: run ${odd} has ${predictions[odd]!.length} predictions for ${points} targets; give one for each.`,
  );
}

/** What the runs say of each point. */
export function columnsOf(predictions: readonly ArrayLike<number>[], points: number): number[][] {
  return Array.from({ length: points }, (_, point) => predictions.map((run) => run[point]!));
}
