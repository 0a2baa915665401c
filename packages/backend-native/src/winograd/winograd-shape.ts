import { TILE_INPUTS, type WinogradConvolution } from '@adjoint/core/backend';
import type { LoopProgram } from '@adjoint/core/primitives';
import { scalarLanes, vectorLanes } from '../contraction/tile.js';
import type { VectorTarget } from '../render/vector-target.js';

/** Products of transformed tiles: one for each position in a tile. */
export const products = TILE_INPUTS ** 2;
/** Transformed tiles of a job, in bytes: about what stays in the second-level cache of a core. */
const jobBytes = 640 << 10;

/** Sizes of a convolution by minimal filtering. */
export interface WinogradShape {
  /** Rows and columns of an image of the output. */
  readonly positions: readonly [number, number];
  readonly channels: number;
  /** Channels rounded up to whole vectors. */
  readonly channelLanes: number;
  readonly filters: number;
  /** Filters of a panel, and panels. */
  readonly lanes: number;
  readonly panels: number;
  readonly images: number;
  /** Tiles along each dimension of an image. */
  readonly tiles: readonly [number, number];
  /** Rows of tiles in a job; the tiles in them; jobs for an image. */
  readonly jobRows: number;
  readonly jobTiles: number;
  readonly jobsPerImage: number;
  /** Columns of an image of the output in whole tiles. */
  readonly width: number;
}

export function winogradShape(
  program: LoopProgram,
  { image, channel, filter, positions: [down, across] }: WinogradConvolution,
  target: VectorTarget,
): WinogradShape {
  const extents = [...program.extents, ...program.reduction!.extents];
  const positions = [extents[down]!, extents[across]!] as const;
  const [channels, filters] = [extents[channel]!, extents[filter]!];
  const lanes = vectorLanes(filters, target);
  const tiles = [Math.ceil(positions[0] / 4), Math.ceil(positions[1] / 4)] as const;
  const bytes = tiles[0] * tiles[1] * (channels + filters) * products * 4;
  const jobs = Math.min(tiles[0], Math.max(1, Math.round(bytes / jobBytes)));
  const jobRows = Math.ceil(tiles[0] / jobs);
  return {
    positions,
    channels,
    channelLanes: roundUp(channels, target.lanes),
    filters,
    lanes,
    panels: Math.ceil(filters / lanes),
    images: image === undefined ? 1 : extents[image]!,
    tiles,
    jobRows,
    jobTiles: jobRows * tiles[1],
    jobsPerImage: Math.ceil(tiles[0] / jobRows),
    width: tiles[1] * 4,
  };
}

/** Scalars of a register tile, for `count` of them in all: as even as can be. */
export function tileRows(count: number, lanes: number, target: VectorTarget): number {
  return Math.ceil(count / Math.ceil(count / scalarLanes(lanes, target)));
}

/** Elements between products: an odd number of cache lines, so that those of a tile do not compete for the same cache sets. */
export function productStride(elements: number): number {
  return (Math.ceil(elements / 16) | 1) * 16;
}

export function roundUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple;
}
