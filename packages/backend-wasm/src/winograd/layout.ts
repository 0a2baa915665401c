import { TILE_INPUTS, type Factor, type LoopProgram, type WinogradConvolution } from '@adjoint/core/backend';
import { TILE } from '../contraction/multiply.js';

/** Products of transformed tiles: one for each pair of input positions. */
export const products = TILE_INPUTS ** 2;
/** Transformed tiles that are worked on together, in bytes: about what stays in a core's second cache. */
const jobBytes = 640 << 10;
/** Partial sums over images of the gradient of a kernel, which threads share out. */
const mostGroups = 8;

/** The work of a Winograd convolution and where it keeps what lies between its stages; bytes throughout. */
export interface Layout {
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
  readonly groups: number;
  /** Planes of the input with what the taps reach, and of positions alone. */
  readonly input: Plane;
  readonly outputs: Plane;
  readonly filterPanels: number;
  /** From one product to the next, in the shared scratch memory and in the two parts of a thread's own. */
  readonly strides: { readonly shared: number; readonly first: number; readonly second: number };
  /** Scratch memory of all threads together, and of each: offsets of its parts, and its size. */
  readonly shared: number;
  readonly own: {
    readonly tiles: number;
    readonly planes: number;
    readonly first: number;
    readonly second: number;
    readonly results: number;
  };
  readonly ownBytes: number;
}

/** A piece of an image that a job works on. */
export interface Plane {
  readonly width: number;
  readonly rows: number;
  readonly bytes: number;
}

export function layoutOf(program: LoopProgram, convolution: WinogradConvolution): Layout {
  const extents = [...program.extents, ...program.reduction!.extents];
  const { image, channel, filter } = convolution;
  const positions = convolution.positions.map((axis) => extents[axis]!) as [number, number];
  const tiles = positions.map((extent) => Math.ceil(extent / 4)) as [number, number];
  const images = image === undefined ? 1 : extents[image]!;
  const [channels, filters] = [extents[channel]!, extents[filter]!];
  const bytes = tiles[0] * tiles[1] * (channels + filters) * products * 4;
  const jobs = Math.min(tiles[0], Math.max(1, Math.round(bytes / jobBytes)));
  const jobRows = Math.ceil(tiles[0] / jobs);
  const jobTiles = jobRows * tiles[1];
  const plane = (halo: number): Plane => {
    const [width, rows] = [tiles[1] * 4 + halo, jobRows * 4 + halo];
    return { width, rows, bytes: width * rows * 4 };
  };
  const [input, outputs] = [plane(2), plane(0)];
  const filterPanels = Math.ceil(filters / TILE.rows);
  const groups = Math.min(images, mostGroups);
  const columnPanels = (count: number): number => Math.ceil(count / TILE.columns);

  const isOutput = convolution.of === 'output';
  // For outputs: of kernels, inputs and sums; for the gradient of a kernel: of sums, inputs and cotangents.
  const strides = isOutput
    ? {
        shared: oddLines(filterPanels * channels * TILE.rows * 4),
        first: oddLines(columnPanels(jobTiles) * channels * TILE.columns * 4),
        second: oddLines(columnPanels(jobTiles) * filterPanels * TILE.bytes),
      }
    : {
        shared: oddLines(columnPanels(channels) * filterPanels * TILE.bytes),
        first: oddLines(columnPanels(channels) * jobTiles * TILE.columns * 4),
        second: oddLines(filterPanels * jobTiles * TILE.rows * 4),
      };
  const parts = {
    tiles: columnPanels(jobTiles) * TILE.columns * 8,
    planes: channels * input.bytes + (isOutput ? 0 : filters * outputs.bytes),
    first: products * strides.first,
    second: products * strides.second,
    results: isOutput ? outputs.bytes : 9 * 16,
  };
  let ownBytes = 0;
  const own = Object.fromEntries(
    Object.entries(parts).map(([name, bytes]) => {
      const start = ownBytes;
      // Patches are read in whole vectors, past the end of the last plane.
      ownBytes += Math.ceil((bytes + 64) / 64) * 64;
      return [name, start];
    }),
  ) as Layout['own'];
  return {
    images,
    positions,
    channels,
    filters,
    tiles,
    jobRows,
    jobTiles,
    jobsPerImage: Math.ceil(tiles[0] / jobRows),
    groups,
    input,
    outputs,
    filterPanels,
    strides,
    shared: (isOutput ? 1 : groups) * products * strides.shared,
    own,
    ownBytes,
  };
}

/** An odd number of cache lines: what belongs to one tile, a stride apart, should not meet in the same sets of a cache. */
function oddLines(bytes: number): number {
  return (Math.ceil(bytes / 64) | 1) * 64;
}

/** Where along an axis an operand has elements: what it reaches less what its guard cuts off. */
export function rangeOf(
  { guards }: Factor,
  axis: number,
  reach: number,
): { readonly low: number; readonly high: number } {
  const guard = guards.find(({ index }) => (index.coefficients[axis] ?? 0) !== 0);
  if (!guard) return { low: 0, high: reach };
  return { low: Math.max(0, -guard.index.offset), high: Math.min(reach, guard.extent - guard.index.offset) };
}
