import { TILE_INPUTS, type Factor, type LoopProgram, type Matrix, type WinogradConvolution } from '@adjoint/core';
import { lanesOf, scalarLanes, type VectorUnit } from '../contraction/tiling.js';
import type { RenderedContraction } from '../contraction/render-contraction.js';
import { signature, sumOf } from '../render/c-text.js';
import { transformText } from './transform-text.js';

/** Products of transformed tiles: one for each pair of input positions. */
export const products = TILE_INPUTS ** 2;
/** Transformed tiles that are worked on together, in bytes: about what stays in a core's second cache. */
const jobBytes = 640 << 10;

/** What the two kinds of minimal filtering share: sizes, and the C of gathering and transforming an input. */
export abstract class WinogradWriter {
  protected readonly extents: readonly number[];
  protected readonly positions: readonly [number, number];
  protected readonly channels: number;
  /** Rounded up to whole vectors. */
  protected readonly channelLanes: number;
  protected readonly filters: number;
  protected readonly lanes: number;
  protected readonly panels: number;
  protected readonly images: number;
  /** Tiles along each dimension of the image, and tile rows of a job. */
  protected readonly tiles: readonly [number, number];
  protected readonly jobRows: number;
  protected readonly jobsPerImage: number;

  constructor(
    readonly program: LoopProgram,
    readonly convolution: WinogradConvolution,
    readonly name: string,
    readonly unit: VectorUnit,
  ) {
    const extents = [...program.extents, ...program.reduction!.extents];
    const { image, channel, filter, positions } = convolution;
    this.extents = extents;
    this.positions = [extents[positions[0]]!, extents[positions[1]]!];
    this.channels = extents[channel]!;
    this.channelLanes = roundUp(this.channels, unit.lanes);
    this.filters = extents[filter]!;
    this.lanes = lanesOf(this.filters, unit);
    this.panels = Math.ceil(this.filters / this.lanes);
    this.images = image === undefined ? 1 : extents[image]!;
    this.tiles = [Math.ceil(this.positions[0] / 4), Math.ceil(this.positions[1] / 4)];
    const bytes = this.tiles[0] * this.tiles[1] * (this.channels + this.filters) * products * 4;
    const jobs = Math.min(this.tiles[0], Math.max(1, Math.round(bytes / jobBytes)));
    this.jobRows = Math.ceil(this.tiles[0] / jobs);
    this.jobsPerImage = Math.ceil(this.tiles[0] / this.jobRows);
  }

  /** The functions, and the scratch memory that they need. */
  abstract render(): RenderedContraction;

  protected signature(): string {
    return `${signature(this.name)} {
(void)end; (void)reduction_extent;`;
  }

  /** Lanes of the scalar side of the register tile for `count` of them: as even as can be. */
  protected tileRows(count: number): number {
    const most = scalarLanes(this.lanes, this.unit);
    return Math.ceil(count / Math.ceil(count / most));
  }

  /** Elements of the input of a job, positions first and channels last. */
  protected inputRegion(): number {
    return (this.jobRows * 4 + 2) * (this.tiles[1] * 4 + 2) * this.channelLanes;
  }

  protected openJob(image: number | undefined): string {
    return `${image === undefined ? '' : `const long i${image} = job / ${this.jobsPerImage};`}
const long first_row = job % ${this.jobsPerImage} * ${this.jobRows};
const long tiles = (first_row + ${this.jobRows} < ${this.tiles[0]} ? ${this.jobRows} : ${this.tiles[0]} - first_row) * ${this.tiles[1]};
${this.name}_gather_input((const float *)buffers[${this.convolution.input.buffer}] + ${this.imageOffset(this.convolution.input)}, region, first_row * 4, ${this.jobRows * 4 + 2});`;
  }

  protected imageOffset({ index }: Factor): string {
    const { image } = this.convolution;
    return `${index.offset} + ${image === undefined ? '0' : sumOf([[index.coefficients[image] ?? 0, `i${image}`]])}`;
  }

  protected inputTransform(matrix: Matrix, stride: number): string {
    const width = this.tiles[1] * 4 + 2;
    const channelLanes = this.channelLanes;
    return `for (long t = 0; t < tiles; t++) for (long c = 0; c < ${channelLanes}; c += ${this.unit.lanes}) {
const float *const from = region + (t / ${this.tiles[1]} * 4 * ${width} + t % ${this.tiles[1]} * 4) * ${channelLanes} + c;
float *const to = inputs + t * ${channelLanes} + c;
${transformText(
  matrix,
  TILE_INPUTS,
  (i, j) => `*(const vf *)(from + ${(i * width + j) * channelLanes})`,
  (i, j, value) => `*(vf *)(to + ${(i * TILE_INPUTS + j) * stride}) = ${value};`,
)}
}`;
  }

  /**
   * NAME_gather_WHAT(source, to, first, rows): rows of an operand of one image as [row][column][channel], with zeros where
   * it has no elements.
   */
  protected gather(what: 'input' | 'other'): string {
    const { convolution, unit } = this;
    const { positions, channel, filter } = convolution;
    const { index, guards } = convolution[what];
    const isInput = what === 'input';
    const halo = isInput ? 2 : 0;
    const [count, stored] = isInput ? [this.channels, this.channelLanes] : [this.filters, this.panels * this.lanes];
    const step = (axis: number): number => index.coefficients[axis] ?? 0;
    const own = step(isInput ? channel : filter);
    const [down, across] = positions.map(step) as [number, number];
    const range = positions.map((axis, d) => {
      const guard = guards.find(({ index }) => (index.coefficients[axis] ?? 0) !== 0);
      const end = this.positions[d]! + halo;
      if (!guard) return { low: 0, high: end };
      return { low: Math.max(0, -guard.index.offset), high: Math.min(end, guard.extent - guard.index.offset) };
    }) as [{ low: number; high: number }, { low: number; high: number }];
    const [{ low: top, high: bottom }, { low, high }] = range;
    const width = this.tiles[1] * 4 + halo;
    const scalar = (from: string): string =>
      `for (long x = ${from}; x < ${high}; x++) for (long l = 0; l < ${unit.lanes}; l++) row[x * ${stored} + c + l] = c + l < ${count} ? source[(c + l) * ${own}l + y * ${down}l + x * ${across}l] : 0;`;
    const block = (x: string): string =>
      `transpose(source + c * ${own}l + y * ${down}l + ${x}, ${own}, row + (${x}) * ${stored} + c, ${stored});`;
    // Blocks that overlap write the same elements twice.
    const blocks =
      across === 1 && high - low >= unit.lanes
        ? `if (c + ${unit.lanes} <= ${count}) {
for (long x = ${low}; x + ${unit.lanes} <= ${high}; x += ${unit.lanes}) ${block('x')}
${(high - low) % unit.lanes === 0 ? '' : block(String(high - unit.lanes))}
} else`
        : '';
    return `static void ${this.name}_gather_${what}(const float *restrict source, float *restrict to, long first, long rows) {
for (long r = 0; r < rows; r++) {
const long y = first + r;
float *const row = to + r * ${width * stored};
if (y < ${top} || y >= ${bottom}) { for (long i = 0; i < ${width * stored}; i++) row[i] = 0; continue; }
for (long i = 0; i < ${low * stored}; i++) row[i] = 0;
for (long i = ${high * stored}; i < ${width * stored}; i++) row[i] = 0;
for (long c = 0; c < ${stored}; c += ${unit.lanes}) {
${blocks} { ${scalar(String(low))} }
}
}
}
`;
  }
}

/** Elements between products: an odd number of cache lines, so that those of a tile do not meet in the same sets of a cache. */
export function productStride(elements: number): number {
  return (Math.ceil(elements / 16) | 1) * 16;
}

export function roundUp(value: number, unit: number): number {
  return Math.ceil(value / unit) * unit;
}
