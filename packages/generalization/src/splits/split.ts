import { AdjointError } from '@adjoint/core';

/** Numbers of the examples to train on, and of those to test on; both ascend. */
export interface Split {
  readonly train: Int32Array;
  readonly test: Int32Array;
}

/**
 * The splits of which each in turn tests one fold and trains on the others.
 * @param foldOf the fold of each example, 0 … folds − 1
 */
export function splitsOfFolds(foldOf: ArrayLike<number>, folds: number): Split[] {
  return Array.from({ length: folds }, (_, fold) => ({
    train: numbersWhere(foldOf.length, (i) => foldOf[i] !== fold),
    test: numbersWhere(foldOf.length, (i) => foldOf[i] === fold),
  }));
}

/** The numbers below `size` that fit, in ascending order. */
export function numbersWhere(size: number, fits: (i: number) => boolean): Int32Array {
  const numbers = new Int32Array(size);
  let count = 0;
  for (let i = 0; i < size; i++) if (fits(i)) numbers[count++] = i;
  return numbers.slice(0, count);
}

/** @throws AdjointError `OPTIONS_INVALID` for less than two folds, `DATA_INVALID` for fewer examples than folds */
export function checkFolds(who: string, size: number, folds: number): void {
  if (!Number.isInteger(folds) || folds < 2)
    throw new AdjointError('OPTIONS_INVALID', `${who}: folds is ${folds}; it must be a whole number ≥ 2.`);
  if (!Number.isInteger(size) || size < folds)
    throw new AdjointError(
      'DATA_INVALID',
      `${who}: ${size} examples cannot be split into ${folds} folds; use at most as many folds as there are examples, or more data.`,
    );
}
