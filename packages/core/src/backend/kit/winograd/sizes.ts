import type { LoopProgram } from '../../../loops/loop-program.js';
import { extentsOf } from '../../../loops/rewrite-expression.js';
import { TILE_INPUTS } from './matrices.js';
import type { WinogradConvolution } from './winograd-of.js';

/** Products of transformed tiles: one for each position of a tile's input. */
export const products = TILE_INPUTS ** 2;
/** Transformed tiles that are worked on together, in bytes: about what stays in a core's second-level cache. */
const jobBytes = 640 << 10;
/** Most partial sums over images of the gradient of a weight; threads split them. */
const mostGroups = 8;

/** How a Winograd convolution is cut: images into tiles of 4 × 4 positions, and rows of tiles into jobs. */
export interface WinogradSizes {
  readonly images: number;
  /** Rows and columns of an image of the output. */
  readonly positions: readonly [number, number];
  readonly channels: number;
  readonly filters: number;
  /** Tiles along each dimension of an image. */
  readonly tiles: readonly [number, number];
  /** Rows of tiles, and tiles, of a job; the last job of an image may have fewer. */
  readonly jobRows: number;
  readonly jobTiles: number;
  readonly jobsPerImage: number;
  /** Groups of images whose gradients of the weight are summed apart. */
  readonly groups: number;
}

export function winogradSizes(
  program: LoopProgram,
  { image, channel, filter, positions: axes }: WinogradConvolution,
): WinogradSizes {
  const extents = extentsOf(program);
  const extentOf = (axis: number): number => extents[axis] ?? 1;
  const positions = [extentOf(axes[0]), extentOf(axes[1])] as const;
  const tiles = [Math.ceil(positions[0] / 4), Math.ceil(positions[1] / 4)] as const;
  const [channels, filters] = [extentOf(channel), extentOf(filter)];
  const images = image === undefined ? 1 : extentOf(image);
  const bytes = tiles[0] * tiles[1] * (channels + filters) * products * 4;
  const jobs = Math.min(tiles[0], Math.max(1, Math.round(bytes / jobBytes)));
  const jobRows = Math.ceil(tiles[0] / jobs);
  return {
    images,
    positions,
    channels,
    filters,
    tiles,
    jobRows,
    jobTiles: jobRows * tiles[1],
    jobsPerImage: Math.ceil(tiles[0] / jobRows),
    groups: Math.min(images, mostGroups),
  };
}
