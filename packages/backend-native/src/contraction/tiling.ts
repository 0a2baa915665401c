import type { Contraction, Factor } from '@adjoint/core/backend';
import type { LoopProgram } from '@adjoint/core/primitives';
import type { VectorTarget } from '../render/vector-target.js';
import { paddedCopyOf, type PaddedCopy } from './padded-copy.js';
import { countOf, panelsOf, piecesOf, type Pieces, type Side } from './pieces.js';
import { reductionBlocksOf, type ReductionBlocks } from './reduction-blocks.js';
import { scalarLanes, vectorLanes } from './tile.js';

/**
 * How a contraction is cut into register tiles. One operand is read in vectors, from packed panels; the other one
 * element by element, each of which multiplies all lanes of the vectors. It depends on the shape and the processor's
 * vectors alone, and so does the order of summation.
 */
export interface Tiling {
  readonly extents: readonly number[];
  readonly batch: readonly number[];
  readonly batches: number;
  readonly vector: VectorSide;
  readonly scalar: ScalarSide;
  readonly reduction: ReductionBlocks;
  /** The side whose pieces are split among threads; the other side is packed before, by all threads together. */
  readonly outer: 'vector' | 'scalar';
}

export interface VectorSide extends Side {
  readonly pieces: Pieces;
  /** Elements of a panel's row: whole registers. */
  readonly lanes: number;
  readonly panels: number;
}

export interface ScalarSide extends Side {
  readonly pieces: Pieces;
  /** `direct`: read where it is, or from its padded copy. */
  readonly mode: 'direct' | 'packed';
  readonly padded?: PaddedCopy;
  /** Elements of a tile at one index of the reduction, and how far apart those of the next index are when packed. */
  readonly lanes: number;
  readonly stride: number;
  /** Indices of its first outer axis, and the tiles of each. */
  readonly jobs: number;
  readonly tilesPerJob: number;
}

/** Scalars further apart than this are packed: they would not share cache lines, but would compete for cache sets. */
const nearby = 64;
/** From this ratio of packed to stored elements on, an operand is not packed. */
const inflation = 1.5;

/** Undefined if nothing is summed, or if there is no axis for the vectors. */
export function tilingOf(program: LoopProgram, contraction: Contraction, target: VectorTarget): Tiling | undefined {
  const extents = [...program.extents, ...program.reduction!.extents];
  const { left, right, rows, columns, inner, batch } = contraction;
  if (countOf(inner, extents) === 0) return undefined;
  const free = [...columns, ...inner];
  // Packing a convolution's input would copy each element once for each tap.
  const isInflated = countOf(free, extents) > inflation * spanOf(right, free, extents);
  const sides = { left: { operand: left, axes: rows }, right: { operand: right, axes: columns } };
  const [vector, scalar] = isInflated ? [sides.left, sides.right] : [sides.right, sides.left];
  if (vector.axes.length === 0) return undefined;

  const lanes = vectorLanes(extents[vector.axes.at(-1)!]!, target);
  const panels = panelsOf(vector.axes, extents, lanes);
  const pieces = piecesOf(scalar.axes, extents, scalarLanes(lanes, target));
  const reduction = reductionBlocksOf(inner, extents);
  const panelCount = countOf(panels.outer, extents) * panels.count;
  const pieceCount = countOf(pieces.outer, extents) * pieces.count;
  return {
    extents,
    batch,
    batches: countOf(batch, extents),
    vector: { ...vector, pieces: panels, lanes, panels: panelCount },
    scalar: {
      ...scalar,
      pieces,
      ...accessOf(scalar, pieces, reduction, extents, isInflated),
      ...tilesOf(pieces, extents, target),
    },
    reduction,
    outer: isInflated || pieceCount >= panelCount ? 'scalar' : 'vector',
  };
}

/** Whether the scalar side is read directly: where its elements are near each other and its guards can be removed. */
function accessOf(
  side: Side,
  pieces: Pieces,
  reduction: ReductionBlocks,
  extents: readonly number[],
  isInflated: boolean,
): Pick<ScalarSide, 'mode' | 'padded'> {
  const { index, guards } = side.operand;
  const isGuarded = guards.length > 0;
  const step = index.coefficients[side.axes.at(-1) ?? -1] ?? 0;
  if (!isInflated && (isGuarded || Math.abs(step) > nearby)) return { mode: 'packed' };
  if (!isGuarded) return { mode: 'direct' };
  const padded = paddedCopyOf(side, pieces, reduction, extents);
  return padded ? { mode: 'direct', padded } : { mode: 'packed' };
}

function tilesOf(
  { size, whole, outer, count }: Pieces,
  extents: readonly number[],
  target: VectorTarget,
): Pick<ScalarSide, 'lanes' | 'stride' | 'jobs' | 'tilesPerJob'> {
  const lanes = size * countOf(whole, extents);
  return {
    lanes,
    stride: Math.ceil(lanes / target.lanes) * target.lanes,
    jobs: countOf(outer.slice(0, 1), extents),
    tilesPerJob: countOf(outer.slice(1), extents) * count,
  };
}

/** Elements of a buffer from the first to the last that an operand reads along the axes. */
function spanOf({ index }: Factor, axes: readonly number[], extents: readonly number[]): number {
  return axes.reduce((span, axis) => span + Math.abs(index.coefficients[axis] ?? 0) * (extents[axis]! - 1), 1);
}
