import { TILE_INPUTS, type WinogradConvolution } from '@adjoint/core/backend';
import type { LoopProgram } from '@adjoint/core/primitives';
import { TILE } from '../contraction/multiply.js';
import { nestExtents } from '../render/nest.js';

/** Products of transformed tiles: one for each pair of input positions. */
export const products = TILE_INPUTS ** 2;
/** Transformed tiles that are worked on together, in bytes: about what stays in a core's second-level cache. */
const jobBytes = 640 << 10;

/** How a Winograd convolution is cut: images into tiles of 4 × 4 positions, and rows of tiles into jobs. */
export interface Tiling {
  readonly images: number;
  readonly positions: readonly [number, number];
  readonly channels: number;
  readonly filters: number;
  /** Tiles along each dimension of an image. */
  readonly tiles: readonly [number, number];
  /** Rows of tiles, and tiles, of a job; the last job of an image may have fewer. */
  readonly jobRows: number;
  readonly jobTiles: number;
  readonly jobsPerImage: number;
  /** What a job reads of an image's input, with all that the taps reach, and its part of the outputs. */
  readonly input: Plane;
  readonly outputs: Plane;
  /** Panels of packed operands. */
  readonly filterPanels: number;
  readonly channelPanels: number;
  readonly tilePanels: number;
}

/** A piece of an image, of one channel or filter. */
export interface Plane {
  readonly width: number;
  readonly rows: number;
  readonly bytes: number;
}

export function tilingOf(program: LoopProgram, { image, channel, filter, ...axes }: WinogradConvolution): Tiling {
  const extents = nestExtents(program);
  const extentOf = (axis: number): number => extents[axis]!;
  const positions = [extentOf(axes.positions[0]), extentOf(axes.positions[1])] as const;
  const tiles = [Math.ceil(positions[0] / 4), Math.ceil(positions[1] / 4)] as const;
  const [channels, filters] = [extentOf(channel), extentOf(filter)];
  const bytes = tiles[0] * tiles[1] * (channels + filters) * products * 4;
  const jobs = Math.min(tiles[0], Math.max(1, Math.round(bytes / jobBytes)));
  const jobRows = Math.ceil(tiles[0] / jobs);
  const jobTiles = jobRows * tiles[1];
  const plane = (halo: number): Plane => {
    const [width, rows] = [tiles[1] * 4 + halo, jobRows * 4 + halo];
    return { width, rows, bytes: width * rows * 4 };
  };
  return {
    images: image === undefined ? 1 : extentOf(image),
    positions,
    channels,
    filters,
    tiles,
    jobRows,
    jobTiles,
    jobsPerImage: Math.ceil(tiles[0] / jobRows),
    input: plane(2),
    outputs: plane(0),
    filterPanels: Math.ceil(filters / TILE.rows),
    channelPanels: Math.ceil(channels / TILE.columns),
    tilePanels: Math.ceil(jobTiles / TILE.columns),
  };
}
