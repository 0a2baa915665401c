import { AdjointError } from '@adjoint/core';
import type { Split } from './split.js';

/** A split whose training part is split again, to choose a model without a look at the test part. */
export interface NestedSplit extends Split {
  /** Of the training part; numbers of the whole, too. */
  readonly inner: readonly Split[];
}

/**
 * Splits each training part again.
 * @param splitsOf is given the numbers of the examples of a training part, and splits places 0 … length − 1 in it
 * @example nested(kFold(150, { seed: 1 }), ({ length }) => kFold(length, { folds: 3, seed: 2 }))
 */
export function nested(
  outer: readonly Split[],
  splitsOf: (train: Int32Array, fold: number) => readonly Split[],
): NestedSplit[] {
  return outer.map((split, fold) => {
    const { train } = split;
    const numbers = (places: Int32Array): Int32Array =>
      places.map((place) => {
        const number = train[place];
        if (number !== undefined) return number;
        throw new AdjointError(
          'OPTIONS_INVALID',
          `nested: an inner split holds place ${place} of a training part of ${train.length} examples; split the places 0 … ${train.length - 1}.`,
        );
      });
    const inner = splitsOf(train, fold).map((part) => ({ train: numbers(part.train), test: numbers(part.test) }));
    return { ...split, inner };
  });
}
