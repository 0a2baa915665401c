import {
  TILE_INPUTS,
  transform2d,
  winogradMatrices,
  type Combine,
  type Factor,
  type LoopProgram,
  type Matrix,
  type WinogradConvolution,
} from '@adjoint/core';
import { literal, signature, sumOf } from '../render/c-text.js';
import { renderEpilogue } from './epilogue.js';
import { buffersText, storesText } from '../render/point.js';
import { lanesOf, scalarLanes, type Pieces, type VectorUnit } from './plan.js';
import type { RenderedContraction } from './render-contraction.js';
import { renderTile } from './tile.js';

/** Products of transformed tiles: one for each pair of input positions. */
const products = TILE_INPUTS ** 2;
/** Transformed tiles that are worked on together, in bytes: about what stays in a core's second cache. */
const jobBytes = 640 << 10;
/** Partial sums over images of the gradient of a kernel: threads share these out. */
const mostGroups = 8;

/**
 * Renders a 3×3 convolution of stride 1, or the gradient of its kernel, with Winograd's minimal filtering (Lavin & Gray
 * 2016): 36 products of small matrices instead of 144 multiplications for each 4×4 outputs. Tiles are transformed with
 * channels along the vectors, piece by piece of an image, so that what lies between the stages stays in the cache.
 */
export function renderWinograd(
  program: LoopProgram,
  convolution: WinogradConvolution,
  name: string,
  unit: VectorUnit,
): RenderedContraction {
  const writer = new WinogradWriter(program, convolution, name, unit);
  return convolution.of === 'output' ? writer.output() : writer.kernel();
}

class WinogradWriter {
  readonly #extents: readonly number[];
  readonly #positions: readonly [number, number];
  readonly #channels: number;
  /** Rounded up to whole vectors. */
  readonly #channelLanes: number;
  readonly #filters: number;
  readonly #lanes: number;
  readonly #panels: number;
  readonly #images: number;
  /** Tiles along each dimension of the image, and tile rows of a job. */
  readonly #tiles: readonly [number, number];
  readonly #jobRows: number;
  readonly #jobsPerImage: number;

  constructor(
    readonly program: LoopProgram,
    readonly convolution: WinogradConvolution,
    readonly name: string,
    readonly unit: VectorUnit,
  ) {
    const extents = [...program.extents, ...program.reduction!.extents];
    const { image, channel, filter, positions } = convolution;
    this.#extents = extents;
    this.#positions = [extents[positions[0]]!, extents[positions[1]]!];
    this.#channels = extents[channel]!;
    this.#channelLanes = roundUp(this.#channels, unit.lanes);
    this.#filters = extents[filter]!;
    this.#lanes = lanesOf(this.#filters, unit);
    this.#panels = Math.ceil(this.#filters / this.#lanes);
    this.#images = image === undefined ? 1 : extents[image]!;
    this.#tiles = [Math.ceil(this.#positions[0] / 4), Math.ceil(this.#positions[1] / 4)];
    const bytes = this.#tiles[0] * this.#tiles[1] * (this.#channels + this.#filters) * products * 4;
    const jobs = Math.min(this.#tiles[0], Math.max(1, Math.round(bytes / jobBytes)));
    this.#jobRows = Math.ceil(this.#tiles[0] / jobs);
    this.#jobsPerImage = Math.ceil(this.#tiles[0] / this.#jobRows);
  }

  /** y = x ∗ w: the kernel is transformed first, then every job transforms its tiles, multiplies, and transforms back. */
  output(): RenderedContraction {
    const { name, unit, convolution } = this;
    const { filter, positions, image } = convolution;
    const { output, kernel, input } = winogradMatrices(4);
    const [lanes, panels, channels, channelLanes] = [this.#lanes, this.#panels, this.#channels, this.#channelLanes];
    const jobTiles = this.#jobRows * this.#tiles[1];
    const rows = this.#tileRows(jobTiles);
    const tiles = roundUp(jobTiles, rows);
    const width = this.#tiles[1] * 4;
    const [kernelStride, inputStride, sumStride] = [
      panels * channels * lanes,
      tiles * channelLanes,
      panels * tiles * lanes,
    ].map(productStride) as [number, number, number];
    const shared = products * kernelStride;
    const sizes = [
      this.#inputRegion(),
      products * inputStride,
      products * sumStride,
      // The epilogue reads whole vectors of positions, past the end of the last row.
      (this.#jobRows * 4 * width + unit.lanes) * lanes,
    ].map((size) => roundUp(size, 16)) as [number, number, number, number];
    const own = sizes.reduce((sum, size) => sum + size, 0);
    const piece: Pieces = {
      axis: positions[1],
      whole: [],
      outer: [],
      size: unit.lanes,
      count: Math.ceil(this.#positions[1] / unit.lanes),
    };
    const filterPieces: Pieces = { axis: filter, whole: [], outer: [], size: lanes, count: panels };
    const indices = this.program.extents.map((_, axis) =>
      axis === filter || axis === positions[1] ? '0' : `i${axis}`,
    );
    const source = `${this.#gather('input')}
${this.#kernelTransform(kernel, kernelStride)}
${renderTile(`${name}_tile`, lanes, unit.lanes, {
  offsets: Array.from({ length: rows }, (_, row) => row * channelLanes),
  loops: [{ extent: 0, step: 1 }],
})}
${renderEpilogue(`${name}_store`, this.program, { extents: this.#extents, scalar: { pieces: piece }, vector: { pieces: filterPieces, lanes } }, unit.lanes)}
${this.#signature()}
#pragma omp parallel num_threads(threads) if (threads > 1)
{
float *const transformed = (float *)scratch;
float *const region = (float *)scratch + ${roundUp(shared, 16)} + (long)omp_get_thread_num() * ${own};
float *const inputs = region + ${sizes[0]};
float *const sums = inputs + ${sizes[1]};
float *const outputs = sums + ${sizes[2]};
#pragma omp for schedule(static)
for (long c = 0; c < ${channels}; c++) ${name}_transform_kernel((const float *)buffers[${convolution.other.buffer}], transformed, c);
#pragma omp for schedule(static)
for (long job = 0; job < ${this.#images * this.#jobsPerImage}; job++) {
${this.#openJob(image)}
${this.#inputTransform(input, inputStride)}
for (long p = 0; p < ${products}; p++) for (long panel = 0; panel < ${panels}; panel++) for (long t = 0; t < tiles; t += ${rows})
${name}_tile(transformed + p * ${kernelStride} + panel * ${channels * lanes}, inputs + p * ${inputStride} + t * ${channelLanes}, ${channels}, sums + p * ${sumStride} + (panel * ${tiles} + t) * ${lanes}, 0);
for (long panel = 0; panel < ${panels}; panel++) {
for (long t = 0; t < tiles; t++) for (long l = 0; l < ${lanes}; l += ${unit.lanes}) {
const float *const from = sums + (panel * ${tiles} + t) * ${lanes} + l;
float *const to = outputs + (t / ${this.#tiles[1]} * 4 * ${width} + t % ${this.#tiles[1]} * 4) * ${lanes} + l;
${transformText(
  output,
  TILE_INPUTS,
  (i, j) => `*(const vf *)(from + ${(i * TILE_INPUTS + j) * sumStride})`,
  (i, j, value) => `*(vf *)(to + ${(i * width + j) * lanes}) = ${value};`,
)}
}
for (long y = 0; y < ${this.#jobRows * 4} && first_row * 4 + y < ${this.#positions[0]}; y++) {
const long i${positions[0]} = first_row * 4 + y;
for (long x = 0; x < ${this.#positions[1]}; x += ${unit.lanes}) ${name}_store(buffers, outputs + (y * ${width} + x) * ${lanes}, x, panel * ${lanes}${indices.map((index) => `, ${index}`).join('')});
}
}
}
}
}
`;
    return { source, scratchBytes: (threads) => 4 * (roundUp(shared, 16) + threads * own) };
  }

  /** ∂w: both operands are transformed, their products summed over tiles and images, and the sums transformed back. */
  kernel(): RenderedContraction {
    const { name, unit, convolution } = this;
    const { filter, channel, taps, image } = convolution;
    const { output, kernel, input } = winogradMatrices(3);
    const [lanes, panels, channels, channelLanes] = [this.#lanes, this.#panels, this.#channels, this.#channelLanes];
    const jobTiles = this.#jobRows * this.#tiles[1];
    const rows = this.#tileRows(channels);
    const summed = roundUp(channels, rows);
    const groups = Math.min(this.#images, mostGroups);
    const width = this.#tiles[1] * 4;
    const filterLanes = panels * lanes;
    const [inputStride, factorStride, sumStride] = [
      jobTiles * channelLanes,
      panels * jobTiles * lanes,
      panels * summed * lanes,
    ].map(productStride) as [number, number, number];
    const group = products * sumStride;
    const sizes = [
      this.#inputRegion(),
      // The last lanes of a tile may reach behind the last channel.
      products * inputStride + rows,
      this.#jobRows * 4 * width * filterLanes,
      products * factorStride,
    ].map((size) => roundUp(size, 16)) as [number, number, number, number];
    const own = sizes.reduce((sum, size) => sum + size, 0);
    const source = `${this.#gather('input')}
${this.#gather('other')}
${renderTile(`${name}_tile`, lanes, unit.lanes, {
  offsets: Array.from({ length: rows }, (_, row) => row),
  loops: [{ extent: 0, step: channelLanes }],
})}
${this.#signature()}
${buffersText(this.program)}
#pragma omp parallel num_threads(threads) if (threads > 1)
{
float *const region = (float *)scratch + ${groups * group} + (long)omp_get_thread_num() * ${own};
float *const inputs = region + ${sizes[0]};
float *const others = inputs + ${sizes[1]};
float *const factors = others + ${sizes[2]};
#pragma omp for schedule(static)
for (long group = 0; group < ${groups}; group++) {
float *const sums = (float *)scratch + group * ${group};
const long first_job = group * ${this.#images} / ${groups} * ${this.#jobsPerImage};
const long end_job = (group + 1) * ${this.#images} / ${groups} * ${this.#jobsPerImage};
for (long job = first_job; job < end_job; job++) {
${this.#openJob(image)}
${this.#inputTransform(input, inputStride)}
${name}_gather_other((const float *)buffers[${convolution.other.buffer}] + ${this.#imageOffset(convolution.other)}, others, first_row * 4, ${this.#jobRows * 4});
for (long t = 0; t < tiles; t++) for (long l = 0; l < ${filterLanes}; l += ${unit.lanes}) {
const float *const from = others + (t / ${this.#tiles[1]} * 4 * ${width} + t % ${this.#tiles[1]} * 4) * ${filterLanes} + l;
float *const to = factors + (l / ${lanes} * ${jobTiles} + t) * ${lanes} + l % ${lanes};
${transformText(
  kernel,
  4,
  (i, j) => `*(const vf *)(from + ${(i * width + j) * filterLanes})`,
  (i, j, value) => `*(vf *)(to + ${(i * TILE_INPUTS + j) * factorStride}) = ${value};`,
)}
}
for (long p = 0; p < ${products}; p++) for (long panel = 0; panel < ${panels}; panel++) for (long c = 0; c < ${channels}; c += ${rows})
${name}_tile(factors + p * ${factorStride} + panel * ${jobTiles * lanes}, inputs + p * ${inputStride} + c, tiles, sums + p * ${sumStride} + (panel * ${summed} + c) * ${lanes}, job > first_job);
}
}
#pragma omp for schedule(static)
for (long i${channel} = 0; i${channel} < ${channels}; i${channel}++) for (long panel = 0; panel < ${panels}; panel++) {
float results[9][${lanes}] __attribute__((aligned(64)));
for (long l = 0; l < ${lanes}; l += ${unit.lanes}) {
vf total[${products}];
for (long p = 0; p < ${products}; p++) {
const float *const from = (float *)scratch + p * ${sumStride} + (panel * ${summed} + i${channel}) * ${lanes} + l;
total[p] = *(const vf *)from;
for (long group = 1; group < ${groups}; group++) total[p] += *(const vf *)(from + group * ${group});
}
${transformText(
  output,
  TILE_INPUTS,
  (i, j) => `total[${i * TILE_INPUTS + j}]`,
  (i, j, value) => `*(vf *)(results[${i * 3 + j}] + l) = ${value};`,
)}
}
for (long l = 0; l < ${lanes} && panel * ${lanes} + l < ${this.#filters}; l++) {
const long i${filter} = panel * ${lanes} + l; (void)i${filter};
for (long i${taps[0]} = 0; i${taps[0]} < 3; i${taps[0]}++) for (long i${taps[1]} = 0; i${taps[1]} < 3; i${taps[1]}++) {
${storesText(this.program, `results[i${taps[0]} * 3 + i${taps[1]}][l]`)}
}
}
}
}
}
`;
    return { source, scratchBytes: (threads) => 4 * (groups * group + threads * own) };
  }

  #signature(): string {
    return `${signature(this.name)} {
(void)end; (void)reduction_extent;`;
  }

  /** Lanes of the scalar side of the register tile for `count` of them: as even as can be. */
  #tileRows(count: number): number {
    const most = scalarLanes(this.#lanes, this.unit);
    return Math.ceil(count / Math.ceil(count / most));
  }

  /** Elements of the input of a job, positions first and channels last. */
  #inputRegion(): number {
    return (this.#jobRows * 4 + 2) * (this.#tiles[1] * 4 + 2) * this.#channelLanes;
  }

  #openJob(image: number | undefined): string {
    return `${image === undefined ? '' : `const long i${image} = job / ${this.#jobsPerImage};`}
const long first_row = job % ${this.#jobsPerImage} * ${this.#jobRows};
const long tiles = (first_row + ${this.#jobRows} < ${this.#tiles[0]} ? ${this.#jobRows} : ${this.#tiles[0]} - first_row) * ${this.#tiles[1]};
${this.name}_gather_input((const float *)buffers[${this.convolution.input.buffer}] + ${this.#imageOffset(this.convolution.input)}, region, first_row * 4, ${this.#jobRows * 4 + 2});`;
  }

  #imageOffset({ index }: Factor): string {
    const { image } = this.convolution;
    return `${index.offset} + ${image === undefined ? '0' : sumOf([[index.coefficients[image] ?? 0, `i${image}`]])}`;
  }

  #inputTransform(matrix: Matrix, stride: number): string {
    const width = this.#tiles[1] * 4 + 2;
    const channelLanes = this.#channelLanes;
    return `for (long t = 0; t < tiles; t++) for (long c = 0; c < ${channelLanes}; c += ${this.unit.lanes}) {
const float *const from = region + (t / ${this.#tiles[1]} * 4 * ${width} + t % ${this.#tiles[1]} * 4) * ${channelLanes} + c;
float *const to = inputs + t * ${channelLanes} + c;
${transformText(
  matrix,
  TILE_INPUTS,
  (i, j) => `*(const vf *)(from + ${(i * width + j) * channelLanes})`,
  (i, j, value) => `*(vf *)(to + ${(i * TILE_INPUTS + j) * stride}) = ${value};`,
)}
}`;
  }

  /** NAME_transform_kernel(source, to, c): the taps of a channel for all filters, as [product][panel][channel][lane]. */
  #kernelTransform(matrix: Matrix, stride: number): string {
    const { index } = this.convolution.other;
    const { filter, channel, taps } = this.convolution;
    const step = (axis: number): number => index.coefficients[axis] ?? 0;
    const lanes = this.unit.lanes;
    return `static void ${this.name}_transform_kernel(const float *restrict source, float *restrict to, long c) {
for (long f = 0; f < ${this.#panels * this.#lanes}; f += ${lanes}) {
float taps[9][${lanes}] __attribute__((aligned(64)));
for (long k = 0; k < 9; k++) for (long l = 0; l < ${lanes}; l++)
taps[k][l] = f + l < ${this.#filters} ? source[${index.offset} + ${sumOf([
      [step(filter), '(f + l)'],
      [step(channel), 'c'],
      [step(taps[0]), '(k / 3)'],
      [step(taps[1]), '(k % 3)'],
    ])}] : 0;
float *const out = to + (f / ${this.#lanes} * ${this.#channels} + c) * ${this.#lanes} + f % ${this.#lanes};
${transformText(
  matrix,
  3,
  (i, j) => `*(const vf *)taps[${i * 3 + j}]`,
  (i, j, value) => `*(vf *)(out + ${(i * TILE_INPUTS + j) * stride}) = ${value};`,
)}
}
}
`;
  }

  /**
   * NAME_gather_WHAT(source, to, first, rows): rows of an operand of one image as [row][column][channel], with zeros where
   * it has no elements.
   */
  #gather(what: 'input' | 'other'): string {
    const { convolution, unit } = this;
    const { positions, channel, filter } = convolution;
    const { index, guards } = convolution[what];
    const isInput = what === 'input';
    const halo = isInput ? 2 : 0;
    const [count, stored] = isInput
      ? [this.#channels, this.#channelLanes]
      : [this.#filters, this.#panels * this.#lanes];
    const step = (axis: number): number => index.coefficients[axis] ?? 0;
    const own = step(isInput ? channel : filter);
    const [down, across] = positions.map(step) as [number, number];
    const range = positions.map((axis, d) => {
      const guard = guards.find(({ index }) => (index.coefficients[axis] ?? 0) !== 0);
      const end = this.#positions[d]! + halo;
      if (!guard) return { low: 0, high: end };
      return { low: Math.max(0, -guard.index.offset), high: Math.min(end, guard.extent - guard.index.offset) };
    }) as [{ low: number; high: number }, { low: number; high: number }];
    const [{ low: top, high: bottom }, { low, high }] = range;
    const width = this.#tiles[1] * 4 + halo;
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

/** Statements of M·X·Mᵀ for a matrix X of `size`² values that `load` reads. */
function transformText(
  matrix: Matrix,
  size: number,
  load: (i: number, j: number) => string,
  store: (i: number, j: number, value: string) => string,
): string {
  const statements: string[] = [];
  let count = 0;
  const define = (value: string): string => {
    const name = `x${count++}`;
    statements.push(`const vf ${name} = ${value};`);
    return name;
  };
  const combine: Combine<string> = (terms) => {
    const [[weight, value], ...rest] = terms as [readonly [number, string], ...(readonly [number, string])[]];
    if (weight === 1 && rest.length === 0) return value;
    const first = weight === 1 ? value : weight === -1 ? `-${value}` : `${literal(weight, 'float32')} * ${value}`;
    const others = rest.map(
      ([w, x]) => ` ${w < 0 ? '-' : '+'} ${Math.abs(w) === 1 ? '' : `${literal(Math.abs(w), 'float32')} * `}${x}`,
    );
    return define(first + others.join(''));
  };
  const x = Array.from({ length: size }, (_, i) => Array.from({ length: size }, (_, j) => define(load(i, j))));
  const y = transform2d(matrix, x, combine);
  y.forEach((row, i) => row.forEach((value, j) => statements.push(store(i, j, value))));
  return statements.join('\n');
}

/** Elements between products: an odd number of cache lines, so that those of a tile do not meet in the same sets of a cache. */
function productStride(elements: number): number {
  return (Math.ceil(elements / 16) | 1) * 16;
}

function roundUp(value: number, unit: number): number {
  return Math.ceil(value / unit) * unit;
}
