import { AdjointError, RandomSource } from '@adjoint/core';
import type { FoldOptions } from './k-fold.js';
import { checkFolds, splitsOfFolds, type Split } from './split.js';

/**
 * Folds of whole groups (all pictures of a patient, all sentences of a speaker), so that no group is trained on and
 * tested. The largest group goes first, and each to the fold that has the fewest examples so far.
 * @param groups the group of each example
 * @throws AdjointError `DATA_INVALID` for fewer groups than folds
 */
export function groupKFold(groups: ArrayLike<number | string>, { folds = 5, seed }: FoldOptions = {}): Split[] {
  checkFolds('groupKFold', groups.length, folds);
  const sizes = new Map<number | string, number>();
  for (const group of Array.from(groups)) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  if (sizes.size < folds)
    throw new AdjointError(
      'DATA_INVALID',
      `groupKFold: ${sizes.size} groups cannot be split into ${folds} folds; use at most as many folds as groups.`,
    );
  const names = [...sizes.keys()];
  // Groups of one size keep this order.
  const order =
    seed === undefined
      ? names
      : Array.from(new RandomSource(seed).child('groupKFold').permutation(names.length), (i) => names[i]!);
  const loads = new Array<number>(folds).fill(0);
  const foldOf = new Map<number | string, number>();
  for (const group of order.toSorted((a, b) => sizes.get(b)! - sizes.get(a)!)) {
    const lightest = loads.indexOf(Math.min(...loads));
    foldOf.set(group, lightest);
    loads[lightest]! += sizes.get(group)!;
  }
  return splitsOfFolds(
    Array.from(groups, (group) => foldOf.get(group)!),
    folds,
  );
}
