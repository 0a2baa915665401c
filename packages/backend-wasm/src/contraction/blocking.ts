import type { Contraction, LoopProgram } from '@adjoint/core';
import { TILE } from './multiply.js';
import { elementsBefore, runsPerBlock, walkOf, type Walk } from './pack-layout.js';

/** Tiles that are kept while the reduction goes on. More of them mean fewer passes over the left operand. */
const tileBytes = 1 << 20;
/** A packed block of the left operand that is to stay in a core's second cache, and tiles that may stay beside it. */
const leftBytes = 1 << 18;
const longTileBytes = 1 << 19;
/** Fewer multiplications than this are done by one thread. */
const leastShared = 1 << 15;

/** How a contraction is cut: chosen from its shape and the number of threads. The order of summation is the same for all cuts. */
export interface Blocking {
  readonly walk: Walk;
  readonly rows: number;
  readonly columns: number;
  readonly batches: number;
  /** Of the reduction. */
  readonly length: number;
  /** What threads share out. */
  readonly split: 'none' | 'batches' | 'columns' | 'rows';
  /** Column panels whose tiles are worked on together. */
  readonly panelsPerBlock: number;
  /** Runs of the reduction that are multiplied together: the right operand is packed in pieces of this length. */
  readonly rightRuns: number;
  /** Runs of the reduction for which the left operand is packed at once. */
  readonly leftRuns: number;
  /** Bytes of scratch memory: packed left operand, packed block of the right one, tiles. */
  readonly bytes: { readonly left: number; readonly right: number; readonly tiles: number };
}

export function blockingOf(program: LoopProgram, contraction: Contraction, threads: number): Blocking {
  const size = (axes: readonly number[]): number => axes.reduce((count, axis) => count * program.extents[axis]!, 1);
  const walk = walkOf(program, contraction);
  const [rows, columns, batches] = [size(contraction.rows), size(contraction.columns), size(contraction.batch)];
  const length = program.reduction!.extents.reduce((product, extent) => product * extent, 1);
  const [rowPanels, columnPanels] = [Math.ceil(rows / TILE.rows), Math.ceil(columns / TILE.columns)];

  const split =
    threads === 1 || batches * rows * columns * length < leastShared
      ? 'none'
      : batches >= threads * 4 || (batches >= threads && batches % threads === 0)
        ? 'batches'
        : columnPanels >= threads
          ? 'columns'
          : 'rows';
  const ownRows = split === 'rows' ? Math.ceil(rowPanels / threads) : rowPanels;
  const ownColumns = split === 'columns' ? Math.ceil(columnPanels / threads) : columnPanels;

  // Where the tiles of all columns fit, the reduction can be the outer loop, and little of the left operand is packed at once.
  const runElements = walk.chunk;
  const isLong = ownRows * ownColumns * TILE.bytes <= longTileBytes;
  const fittingRuns = Math.floor(leftBytes / (ownRows * TILE.rows * 4 * runElements));
  const rightRuns = Math.min(runsPerBlock(walk), walk.runs);
  const leftRuns = isLong ? Math.min(walk.runs, Math.max(rightRuns, fittingRuns)) : walk.runs;
  const panelsPerBlock =
    leftRuns < walk.runs
      ? ownColumns
      : Math.max(1, Math.min(32, ownColumns, Math.floor(tileBytes / (ownRows * TILE.bytes))));
  const most = (runs: number): number => Math.min(length, elementsBefore(walk, Math.min(runs, walk.runs)));
  return {
    walk,
    rows,
    columns,
    batches,
    length,
    split,
    panelsPerBlock,
    rightRuns,
    leftRuns,
    bytes: {
      left: lines((split === 'columns' ? rowPanels : ownRows) * TILE.rows * most(leftRuns) * 4),
      right: lines(panelsPerBlock * TILE.columns * most(rightRuns) * 4),
      tiles: lines(panelsPerBlock * ownRows * TILE.bytes),
    },
  };
}

/** Rounded up to whole cache lines, so that threads do not write to the same one. */
function lines(bytes: number): number {
  return Math.ceil(bytes / 64) * 64;
}
