import type { Factor } from '../contraction.js';

/**
 * When a tile may be filtered minimally. The transforms mix all elements of a tile, so that each output bears rounding
 * errors of the tile's largest element, also where its own window has none such; and infinity and NaN reach all outputs.
 * So the magnitudes of a tile, added up over channels and over cells of 2 × 2 positions, must lie within a factor of each
 * other; every window of 3 × 3 covers a cell. Tiles that are uneven are computed directly. Cells without any element of
 * the operand do not count. The same holds for the nine taps of a filter, added up over channels.
 */
export const EVENNESS = {
  /** Largest ratio of two cells of a tile. It bounds what minimal filtering may lose beyond the direct sum. */
  ratio: 32,
  /** Sums of magnitudes beyond this might overflow in the transforms. */
  largest: 1e30,
} as const;

/** Indices low ≤ i < high along an axis. */
export interface PresentRange {
  readonly low: number;
  readonly high: number;
}

/** Where an operand has elements along an axis of positions: 0 … end − 1 less what its guard cuts off. */
export function presentRange({ guards }: Factor, axis: number, end: number): PresentRange {
  const guard = guards.find(({ index }) => (index.coefficients[axis] ?? 0) !== 0);
  if (!guard) return { low: 0, high: end };
  return { low: Math.max(0, -guard.index.offset), high: Math.min(end, guard.extent - guard.index.offset) };
}
