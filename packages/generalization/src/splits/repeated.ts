import { AdjointError, RandomSource } from '@adjoint/core';
import type { Split } from './split.js';

/**
 * The splits of several rounds that differ in their seed alone.
 * @example repeated({ rounds: 3, seed: 1 }, (seed) => kFold(150, { folds: 5, seed }))
 */
export function repeated(
  { rounds, seed }: { readonly rounds: number; readonly seed: number },
  splitsOf: (seed: number) => readonly Split[],
): Split[] {
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new AdjointError('OPTIONS_INVALID', `repeated: rounds is ${rounds}; it must be a whole number ≥ 1.`);
  const random = new RandomSource(seed).child('repeated');
  return Array.from({ length: rounds }, () => splitsOf(random.integer(2 ** 53))).flat();
}
