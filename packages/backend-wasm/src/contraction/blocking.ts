import { sizeOf } from '@adjoint/core';
import type { Contraction } from '@adjoint/core/backend';
import type { LoopProgram } from '@adjoint/core/primitives';
import { wholeLines } from '@adjoint/core/backend';
import { TILE } from './multiply.js';
import { packTableWords } from './pack-table.js';
import { elementsBefore, runsPerBlock, walkOf, type Walk } from './walk.js';

/** Bytes of tiles that are kept while the reduction goes on. More of them mean fewer passes over the left operand. */
const tileBytes = 1 << 20;
/** Bytes of a packed block of the left operand that is to stay in a core's second-level cache. */
const leftBytes = 1 << 18;
/** Bytes of tiles that may stay in that cache beside it. */
const longTileBytes = 1 << 19;
/** Fewer multiplications than this are done by one thread. */
const leastShared = 1 << 15;

/** What threads split among them: panels of rows or columns, or batches. */
export type Split = 'none' | 'batches' | 'columns' | 'rows';

/**
 * How a contraction is cut: chosen from its shape and the number of threads. The order of summation is the same for all
 * cuts.
 */
export interface Blocking {
  readonly walk: Walk;
  readonly rows: number;
  readonly columns: number;
  readonly batches: number;
  /** Elements of the reduction. */
  readonly length: number;
  readonly split: Split;
  /** Column panels whose tiles are worked on together. */
  readonly panelsPerBlock: number;
  /** Runs of the reduction that are multiplied together: the right operand is packed in pieces of this length. */
  readonly rightRuns: number;
  /** Runs of the reduction for which the left operand is packed at once. */
  readonly leftRuns: number;
  /**
   * Bytes of each part of the scratch memory: packed left operand, packed block of the right one, tiles, table of
   * `pack`.
   */
  readonly bytes: { readonly left: number; readonly right: number; readonly tiles: number; readonly table: number };
}

export function blockingOf(program: LoopProgram, contraction: Contraction, threads: number): Blocking {
  const size = (axes: readonly number[]): number => sizeOf(axes.map((axis) => program.extents[axis]!));
  const walk = walkOf(program, contraction);
  const shape = {
    rows: size(contraction.rows),
    columns: size(contraction.columns),
    batches: size(contraction.batch),
    length: sizeOf(program.reduction!.extents),
  };
  const [rowPanels, columnPanels] = [Math.ceil(shape.rows / TILE.rows), Math.ceil(shape.columns / TILE.columns)];
  const split = splitOf(shape, columnPanels, threads);
  // What one thread works on.
  const ownRows = split === 'rows' ? Math.ceil(rowPanels / threads) : rowPanels;
  const ownColumns = split === 'columns' ? Math.ceil(columnPanels / threads) : columnPanels;

  // Where the tiles of all columns fit, the reduction can be the outer loop, and little of the left operand is packed
  // at once.
  const isLong = ownRows * ownColumns * TILE.bytes <= longTileBytes;
  const fittingRuns = Math.floor(leftBytes / (ownRows * TILE.rows * 4 * walk.chunk));
  const rightRuns = Math.min(runsPerBlock(walk), walk.runs);
  const leftRuns = isLong ? Math.min(walk.runs, Math.max(rightRuns, fittingRuns)) : walk.runs;
  const fittingPanels = Math.min(32, ownColumns, Math.floor(tileBytes / (ownRows * TILE.bytes)));
  const panelsPerBlock = leftRuns < walk.runs ? ownColumns : Math.max(1, fittingPanels);

  const mostElements = (runs: number): number =>
    Math.min(shape.length, elementsBefore(walk, Math.min(runs, walk.runs)));
  const packedRows = split === 'columns' ? rowPanels : ownRows;
  const guards = Math.max(contraction.left.guards.length, contraction.right.guards.length);
  return {
    walk,
    ...shape,
    split,
    panelsPerBlock,
    rightRuns,
    leftRuns,
    bytes: {
      left: wholeLines(packedRows * TILE.rows * mostElements(leftRuns) * 4),
      right: wholeLines(panelsPerBlock * TILE.columns * mostElements(rightRuns) * 4),
      tiles: wholeLines(panelsPerBlock * ownRows * TILE.bytes),
      table: wholeLines(packTableWords(guards) * 4),
    },
  };
}

function splitOf(
  { rows, columns, batches, length }: Pick<Blocking, 'rows' | 'columns' | 'batches' | 'length'>,
  columnPanels: number,
  threads: number,
): Split {
  if (threads === 1 || batches * rows * columns * length < leastShared) return 'none';
  if (batches >= threads * 4 || (batches >= threads && batches % threads === 0)) return 'batches';
  return columnPanels >= threads ? 'columns' : 'rows';
}

/** Bytes of scratch memory that all threads share, which come first, and of each thread's own. */
export function scratchOf({ split, bytes }: Blocking): { readonly shared: number; readonly own: number } {
  const own = bytes.right + bytes.tiles + bytes.table;
  return split === 'columns' ? { shared: bytes.left, own } : { shared: 0, own: bytes.left + own };
}
