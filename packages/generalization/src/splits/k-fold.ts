import { RandomSource } from '@adjoint/core';
import { checkFolds, splitsOfFolds, type Split } from './split.js';

export interface FoldOptions {
  /** 5 if not given. */
  readonly folds?: number;
  /** Of the order in which examples are dealt out; their own order if not given, which suits only data without one. */
  readonly seed?: number;
}

/**
 * Folds of equal size, the first `size mod folds` of them larger by one.
 * @throws AdjointError `DATA_INVALID` for fewer examples than folds
 */
export function kFold(size: number, { folds = 5, seed }: FoldOptions = {}): Split[] {
  checkFolds('kFold', size, folds);
  const order = seed === undefined ? undefined : new RandomSource(seed).child('kFold').permutation(size);
  const foldOf = new Int32Array(size);
  let next = 0;
  for (let fold = 0; fold < folds; fold++) {
    const end = next + Math.floor(size / folds) + (fold < size % folds ? 1 : 0);
    for (; next < end; next++) foldOf[order?.[next] ?? next] = fold;
  }
  return splitsOfFolds(foldOf, folds);
}

/**
 * As many splits as examples; each tests one of them.
 * @throws AdjointError `DATA_INVALID` for fewer than two examples
 */
export function leaveOneOut(size: number): Split[] {
  checkFolds('leaveOneOut', size, 2);
  return kFold(size, { folds: size });
}
