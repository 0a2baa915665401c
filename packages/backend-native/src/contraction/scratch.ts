import { wholeLines } from '@adjoint/core/backend';
import type { Tiling } from './tiling.js';

/**
 * Scratch memory of a contraction, in bytes. Threads share the packed inner operand, the padded copy and the partial
 * sums, in this order; after them each thread has memory of its own for what it packs and pads for a job. Where threads
 * split the batches, each of them has all of this for itself.
 */
export interface Scratch {
  /** A vector panel, and a scalar tile, packed for a block of the reduction. */
  readonly panel: number;
  readonly tile: number;
  /** The sums of one tile. */
  readonly sums: number;
  /** The shared parts. */
  readonly packed: number;
  readonly padded: number;
  readonly partial: number;
  readonly shared: number;
  /** The parts of one thread. */
  readonly ownPacked: number;
  readonly own: number;
}

/** Tiles of the scalar side that meet a packed panel while it is in the second-level cache. */
export const tilesPerGroup = 8;

export function scratchOf({ scalar, vector, reduction, outer }: Tiling): Scratch {
  const isPacked = scalar.mode === 'packed';
  const isScalarOuter = outer === 'scalar';
  const panel = cacheLines(reduction.length * vector.lanes);
  const tile = cacheLines(reduction.length * scalar.stride);
  const sums = cacheLines(scalar.stride * vector.lanes);
  const tiles = scalar.jobs * scalar.tilesPerJob;
  const copy = cacheLines(scalar.padded?.size ?? 0);
  const isCopiedPerJob = scalar.padded?.perJob === true;

  const innerPacked = isPacked ? tiles * tile : 0;
  const packed = isScalarOuter ? vector.panels * panel : innerPacked;
  const padded = isCopiedPerJob ? 0 : copy;
  const partial = reduction.count > 1 ? tiles * vector.panels * sums : 0;

  const groupPacked = isPacked ? tilesPerGroup * tile : 0;
  const ownPacked = isScalarOuter ? groupPacked : panel;
  return {
    panel,
    tile,
    sums,
    packed,
    padded,
    partial,
    shared: packed + padded + partial,
    ownPacked,
    own: ownPacked + (isCopiedPerJob ? copy : 0),
  };
}

/** Bytes of float32 elements in whole cache lines. */
function cacheLines(elements: number): number {
  return wholeLines(elements * 4);
}
