import { TILE_INPUTS, winogradMatrices, type Matrix } from '@adjoint/core';
import { renderEpilogue } from '../contraction/epilogue.js';
import type { Pieces } from '../contraction/tiling.js';
import type { RenderedContraction } from '../contraction/render-contraction.js';
import { renderTile } from '../contraction/tile.js';
import { sumOf } from '../render/c-text.js';
import { transformText } from './transform-text.js';
import { products, productStride, roundUp, WinogradWriter } from './winograd-writer.js';

/** y = x ∗ w: the kernel is transformed first, then every job transforms its tiles, multiplies, and transforms back. */
export class OutputWriter extends WinogradWriter {
  render(): RenderedContraction {
    const { name, unit, convolution } = this;
    const { filter, positions, image } = convolution;
    const { output, kernel, input } = winogradMatrices(4);
    const [lanes, panels, channels, channelLanes] = [this.lanes, this.panels, this.channels, this.channelLanes];
    const jobTiles = this.jobRows * this.tiles[1];
    const rows = this.tileRows(jobTiles);
    const tiles = roundUp(jobTiles, rows);
    const width = this.tiles[1] * 4;
    const [kernelStride, inputStride, sumStride] = [
      panels * channels * lanes,
      tiles * channelLanes,
      panels * tiles * lanes,
    ].map(productStride) as [number, number, number];
    const shared = products * kernelStride;
    const sizes = [
      this.inputRegion(),
      products * inputStride,
      products * sumStride,
      // The epilogue reads whole vectors of positions, past the end of the last row.
      (this.jobRows * 4 * width + 4 * unit.lanes) * lanes,
    ].map((size) => roundUp(size, 16)) as [number, number, number, number];
    const own = sizes.reduce((sum, size) => sum + size, 0);
    // Short rows are stored at once.
    const rowPiece = this.positions[1] <= 4 * unit.lanes ? this.positions[1] : 2 * unit.lanes;
    const piece: Pieces = {
      axis: positions[1],
      whole: [],
      outer: [],
      size: rowPiece,
      count: Math.ceil(this.positions[1] / rowPiece),
    };
    const filterPieces: Pieces = { axis: filter, whole: [], outer: [], size: lanes, count: panels };
    const indices = this.program.extents.map((_, axis) =>
      axis === filter || axis === positions[1] ? '0' : `i${axis}`,
    );
    const source = `${this.gather('input')}
${this.kernelTransform(kernel, kernelStride)}
${renderTile(`${name}_tile`, lanes, unit.lanes, {
  offsets: Array.from({ length: rows }, (_, row) => row * channelLanes),
  loops: [{ extent: 0, step: 1 }],
})}
${renderEpilogue(`${name}_store`, this.program, { extents: this.extents, scalar: { pieces: piece }, vector: { pieces: filterPieces, lanes } }, unit.lanes)}
${this.signature()}
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
for (long job = 0; job < ${this.images * this.jobsPerImage}; job++) {
${this.openJob(image)}
${this.inputTransform(input, inputStride)}
for (long p = 0; p < ${products}; p++) for (long panel = 0; panel < ${panels}; panel++) for (long t = 0; t < tiles; t += ${rows})
${name}_tile(transformed + p * ${kernelStride} + panel * ${channels * lanes}, inputs + p * ${inputStride} + t * ${channelLanes}, ${channels}, sums + p * ${sumStride} + (panel * ${tiles} + t) * ${lanes}, 0);
for (long panel = 0; panel < ${panels}; panel++) {
for (long t = 0; t < tiles; t++) for (long l = 0; l < ${lanes}; l += ${unit.lanes}) {
const float *const from = sums + (panel * ${tiles} + t) * ${lanes} + l;
float *const to = outputs + (t / ${this.tiles[1]} * 4 * ${width} + t % ${this.tiles[1]} * 4) * ${lanes} + l;
${transformText(
  output,
  TILE_INPUTS,
  (i, j) => `*(const vf *)(from + ${(i * TILE_INPUTS + j) * sumStride})`,
  (i, j, value) => `*(vf *)(to + ${(i * width + j) * lanes}) = ${value};`,
)}
}
for (long y = 0; y < ${this.jobRows * 4} && first_row * 4 + y < ${this.positions[0]}; y++) {
const long i${positions[0]} = first_row * 4 + y;
for (long x = 0; x < ${this.positions[1]}; x += ${rowPiece}) ${name}_store(buffers, outputs + (y * ${width} + x) * ${lanes}, x, panel * ${lanes}${indices.map((index) => `, ${index}`).join('')});
}
}
}
}
}
`;
    return { source, scratchBytes: (threads) => 4 * (roundUp(shared, 16) + threads * own) };
  }

  /** NAME_transform_kernel(source, to, c): the taps of a channel for all filters, as [product][panel][channel][lane]. */
  protected kernelTransform(matrix: Matrix, stride: number): string {
    const { index } = this.convolution.other;
    const { filter, channel, taps } = this.convolution;
    const step = (axis: number): number => index.coefficients[axis] ?? 0;
    const lanes = this.unit.lanes;
    return `static void ${this.name}_transform_kernel(const float *restrict source, float *restrict to, long c) {
for (long f = 0; f < ${this.panels * this.lanes}; f += ${lanes}) {
float taps[9][${lanes}] __attribute__((aligned(64)));
for (long k = 0; k < 9; k++) for (long l = 0; l < ${lanes}; l++)
taps[k][l] = f + l < ${this.filters} ? source[${index.offset} + ${sumOf([
      [step(filter), '(f + l)'],
      [step(channel), 'c'],
      [step(taps[0]), '(k / 3)'],
      [step(taps[1]), '(k % 3)'],
    ])}] : 0;
float *const out = to + (f / ${this.lanes} * ${this.channels} + c) * ${this.lanes} + f % ${this.lanes};
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
}
