import type { Factor } from '@adjoint/core/backend';

/** An operand of a contraction as one side of the register tile. */
export interface Side {
  readonly operand: Factor;
  /** Axes that only this side depends on, outermost first. */
  readonly axes: readonly number[];
}

/** A side's axes cut into pieces, one for each tile: `size` indices of `axis`, and all indices of the axes inside it. */
export interface Pieces {
  /** The axis that is cut; -1 if the side has a single index. */
  readonly axis: number;
  /** Axes inside it, which every piece covers whole. */
  readonly whole: readonly number[];
  /** Axes outside it. */
  readonly outer: readonly number[];
  /** Indices of `axis` in a piece; the last piece may have fewer. */
  readonly size: number;
  readonly count: number;
}

/** Indices of a nest of axes. */
export function countOf(axes: readonly number[], extents: readonly number[]): number {
  return axes.reduce((count, axis) => count * extents[axis]!, 1);
}

/** Cuts the last axis into panels of `lanes` indices. */
export function panelsOf(axes: readonly number[], extents: readonly number[], lanes: number): Pieces {
  const outer = axes.slice(0, -1);
  const axis = axes.at(-1) ?? -1;
  return { axis, whole: [], outer, size: lanes, count: Math.ceil(countOf(axes.slice(-1), extents) / lanes) };
}

/** Cuts axes into pieces of at most `most` indices, as even as can be: as many whole axes as fit, and part of the next. */
export function piecesOf(axes: readonly number[], extents: readonly number[], most: number): Pieces {
  let cut = axes.length - 1;
  let covered = 1;
  while (cut > 0 && covered * extents[axes[cut]!]! <= most) covered *= extents[axes[cut--]!]!;
  const axis = axes[cut] ?? -1;
  const extent = axis < 0 ? 1 : extents[axis]!;
  const count = Math.ceil(extent / Math.max(1, Math.floor(most / covered)));
  const size = Math.ceil(extent / count);
  const outer = axes.slice(0, Math.max(0, cut));
  return { axis, whole: axes.slice(cut + 1), outer, size, count: Math.ceil(extent / size) };
}
