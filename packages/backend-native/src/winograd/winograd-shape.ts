import { oddLines, winogradSizes, type WinogradConvolution, type WinogradSizes } from '@adjoint/core/backend';
import type { LoopProgram } from '@adjoint/core/primitives';
import { scalarLanes, vectorLanes } from '../contraction/tile.js';
import type { VectorTarget } from '../render/vector-target.js';

/** The sizes of a Winograd convolution, with those of its panels of vectors. */
export interface WinogradShape extends WinogradSizes {
  /** Channels rounded up to whole vectors. */
  readonly channelLanes: number;
  /** Filters of a panel, and panels. */
  readonly lanes: number;
  readonly panels: number;
  /** Columns of an image of the output in whole tiles. */
  readonly width: number;
}

export function winogradShape(
  program: LoopProgram,
  convolution: WinogradConvolution,
  target: VectorTarget,
): WinogradShape {
  const sizes = winogradSizes(program, convolution);
  const lanes = vectorLanes(sizes.filters, target);
  return {
    ...sizes,
    channelLanes: roundUp(sizes.channels, target.lanes),
    lanes,
    panels: Math.ceil(sizes.filters / lanes),
    width: sizes.tiles[1] * 4,
  };
}

/** Scalars of a register tile, for `count` of them in all: as even as can be. */
export function tileRows(count: number, lanes: number, target: VectorTarget): number {
  return Math.ceil(count / Math.ceil(count / scalarLanes(lanes, target)));
}

/** Elements between products. */
export function productStride(elements: number): number {
  return oddLines(elements * 4) / 4;
}

export function roundUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple;
}
