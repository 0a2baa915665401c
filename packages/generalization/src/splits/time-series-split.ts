import { AdjointError } from '@adjoint/core';
import { checkFolds, numbersWhere, type Split } from './split.js';

export interface TimeSeriesOptions {
  /** Number of splits; 5 if not given. */
  readonly folds?: number;
  /** Examples of each test part; ⌊size/(folds + 1)⌋ if not given. */
  readonly testSize?: number;
  /** Examples left out between training and test, whose targets may overlap with both; 0 if not given. */
  readonly gap?: number;
  /** Trains on the latest examples only; on all before the test part if not given. */
  readonly maxTrainSize?: number;
}

/**
 * Splits of examples in the order of time: each trains on what came before its test part. The last test part ends with the
 * data.
 * @throws AdjointError `DATA_INVALID` where nothing would be left to train on
 */
export function timeSeriesSplit(size: number, options: TimeSeriesOptions = {}): Split[] {
  const { folds = 5, testSize = Math.floor(size / (folds + 1)), gap = 0, maxTrainSize = size } = options;
  checkFolds('timeSeriesSplit', size, folds);
  for (const [name, value, least] of [
    ['testSize', testSize, 0],
    ['gap', gap, 0],
    ['maxTrainSize', maxTrainSize, 1],
  ] as const) {
    if (!Number.isInteger(value) || value < least)
      throw new AdjointError(
        'OPTIONS_INVALID',
        `timeSeriesSplit: ${name} is ${value}; it must be a whole number ≥ ${least}.`,
      );
  }
  const first = size - folds * testSize;
  if (testSize === 0 || first - gap < 1)
    throw new AdjointError(
      'DATA_INVALID',
      `timeSeriesSplit: ${size} examples are too few for ${folds} test parts of ${testSize} with a gap of ${gap} and something to train on before; use fewer folds, or smaller test parts.`,
    );
  return Array.from({ length: folds }, (_, fold) => {
    const start = first + fold * testSize;
    const end = start - gap;
    return {
      train: numbersWhere(size, (i) => i < end && i >= end - maxTrainSize),
      test: numbersWhere(size, (i) => i >= start && i < start + testSize),
    };
  });
}
