import { countOf } from './pieces.js';

/** How the reduction is cut: blocks of `chunk` indices of `axis`, for each index of the axes outside it. */
export interface ReductionBlocks {
  readonly outer: readonly number[];
  /** -1 if there is nothing to sum over. */
  readonly axis: number;
  readonly chunk: number;
  /** Axes inside `axis`, which every block covers whole. */
  readonly inner: readonly number[];
  readonly count: number;
  /** Elements of a whole block. */
  readonly length: number;
}

/** Largest block: a packed panel of two registers' lanes stays in half of a second-level cache. */
const blockLength = 1024;

export function reductionBlocksOf(axes: readonly number[], extents: readonly number[]): ReductionBlocks {
  let cut = axes.length - 1;
  let covered = 1;
  while (cut > 0 && covered * extents[axes[cut]!]! <= blockLength) covered *= extents[axes[cut--]!]!;
  const axis = axes[cut] ?? -1;
  const extent = axis < 0 ? 1 : extents[axis]!;
  const blocks = Math.ceil(extent / Math.max(1, Math.floor(blockLength / covered)));
  const chunk = Math.ceil(extent / blocks);
  const outer = axes.slice(0, Math.max(0, cut));
  const count = Math.ceil(extent / chunk) * countOf(outer, extents);
  return { outer, axis, chunk, inner: axes.slice(cut + 1), count, length: chunk * covered };
}
