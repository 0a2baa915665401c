import { AdjointError, RandomSource } from '@adjoint/core';
import type { FoldOptions } from './k-fold.js';
import { checkFolds, splitsOfFolds, type Split } from './split.js';

/**
 * Folds that hold the classes as nearly as possible in the proportions of the whole. Without a seed the folds are those
 * of scikit-learn's StratifiedKFold.
 * @param classes the class of each example
 * @throws AdjointError `DATA_INVALID` for a class with fewer examples than folds, which would be missing from one
 */
export function stratifiedKFold(classes: ArrayLike<number>, { folds = 5, seed }: FoldOptions = {}): Split[] {
  checkFolds('stratifiedKFold', classes.length, folds);
  const members = new Map<number, number[]>();
  Array.from(classes).forEach((label, i) => {
    const known = members.get(label);
    if (known) known.push(i);
    else members.set(label, [i]);
  });
  for (const [label, { length }] of members) {
    if (length >= folds) continue;
    throw new AdjointError(
      'DATA_INVALID',
      `stratifiedKFold: class ${label} has ${length} example${length === 1 ? '' : 's'}, so that it would be missing from ${folds - length} of ${folds} folds; use at most ${length} folds, add examples of it, or split with kFold.`,
    );
  }
  // Dealt out like cards, one class after the other, so that the folds differ by at most one example.
  const counts = Array.from({ length: folds }, () => new Map<number, number>());
  let dealt = 0;
  for (const [label, { length }] of members) {
    for (let k = 0; k < length; k++) {
      const hand = counts[dealt++ % folds]!;
      hand.set(label, (hand.get(label) ?? 0) + 1);
    }
  }
  const foldOf = new Int32Array(classes.length);
  const random = seed === undefined ? undefined : new RandomSource(seed).child('stratifiedKFold');
  for (const [label, examples] of members) {
    const order = random?.child(`class ${label}`).permutation(examples.length);
    let next = 0;
    counts.forEach((hand, fold) => {
      for (let k = hand.get(label) ?? 0; k > 0; k--, next++) foldOf[examples[order?.[next] ?? next]!] = fold;
    });
  }
  return splitsOfFolds(foldOf, folds);
}
