import { EVENNESS, products, TILE_INPUTS, winogradMatrices, type Matrix } from '@adjoint/core/backend';
import { renderEpilogue } from '../contraction/epilogue.js';
import { panelsOf } from '../contraction/pieces.js';
import { renderTile } from '../contraction/tile.js';
import { literal, sumOf } from '../render/c-text.js';
import type { RenderedFunction } from '../render/rendered-function.js';
import { renderGather } from './gather.js';
import { transformText } from './transform-text.js';
import { renderUneven } from './uneven.js';
import { productStride, roundUp, tileRows } from './winograd-shape.js';
import { WinogradWriter } from './winograd-writer.js';

const matrices = winogradMatrices(4);

/** y = x ∗ w: the weights are transformed first; then every job transforms its tiles, multiplies, and transforms back. */
export class OutputWriter extends WinogradWriter {
  /** Tiles that the register tile multiplies at once, and those of a job rounded up to them. */
  readonly #rows = tileRows(this.shape.jobTiles, this.shape.lanes, this.target);
  readonly #tiles = roundUp(this.shape.jobTiles, this.#rows);
  /** Elements between the products of transformed weights, of transformed inputs, and of their sums. */
  readonly #weightStride = productStride(this.shape.panels * this.shape.channels * this.shape.lanes);
  readonly #inputStride = productStride(this.#tiles * this.shape.channelLanes);
  readonly #sumStride = productStride(this.shape.panels * this.#tiles * this.shape.lanes);
  /** Elements of the transformed weights, and of the taps as they are, which threads share. */
  readonly #transformed = roundUp(products * this.#weightStride, 16);
  readonly #shared = this.#transformed + roundUp(9 * this.shape.panels * this.shape.channels * this.shape.lanes, 16);
  /** Elements of a thread's regions: input, transformed input, sums, output, marks. */
  readonly #regions = [
    this.inputRegion,
    products * this.#inputStride,
    products * this.#sumStride,
    // The epilogue reads whole vectors of positions, past the end of the last row.
    (this.shape.jobRows * 4 * this.shape.width + 4 * this.target.lanes) * this.shape.lanes,
    this.marksRegion,
  ].map((size) => roundUp(size, 16)) as [number, number, number, number, number];
  readonly #own = this.#regions.reduce((sum, size) => sum + size, 0);
  /** Positions of a row that are stored at once: short rows whole. */
  readonly #rowPiece =
    this.shape.positions[1] <= 4 * this.target.lanes ? this.shape.positions[1] : 2 * this.target.lanes;

  render(): RenderedFunction {
    const { convolution, shape, target } = this;
    const tile = renderTile('KERNEL_tile', shape.lanes, target.lanes, {
      offsets: Array.from({ length: this.#rows }, (_, row) => row * shape.channelLanes),
      loops: [{ extent: 0, step: 1 }],
    });
    const gather = renderGather('input', convolution, shape, target);
    const uneven = [renderUneven('input', convolution, shape, target), this.#unevenWeights(), this.#direct()];
    return {
      text: [gather, ...uneven, this.#weightTransform(matrices.kernel), tile, this.#epilogue(), this.#function()].join(
        '\n',
      ),
      scratchBytes: (threads) => 4 * (this.#shared + threads * this.#own),
    };
  }

  #function(): string {
    const { images, jobsPerImage, channels } = this.shape;
    const [input, transformed, sums, outputs] = this.#regions;
    return `${this.opening}
#pragma omp parallel num_threads(threads) if (threads > 1)
{
float *const transformed = (float *)scratch;
float *const taps = transformed + ${this.#transformed};
float *const region = (float *)scratch + ${this.#shared} + (long)omp_get_thread_num() * ${this.#own};
float *const inputs = region + ${input};
float *const sums = inputs + ${transformed};
float *const outputs = sums + ${sums};
${this.marks(`(outputs + ${outputs})`)}
#pragma omp for schedule(static)
for (long c = 0; c < ${channels}; c++) KERNEL_transform_weights((const float *)buffers[${this.convolution.other.buffer}], transformed, taps, c);
const char is_all_direct = KERNEL_uneven_weights(taps);
#pragma omp for schedule(static)
for (long job = 0; job < ${images * jobsPerImage}; job++) {
${this.openJob()}
${this.inputTransform(matrices.input, this.#inputStride)}
${this.#multiply()}
for (long panel = 0; panel < ${this.shape.panels}; panel++) {
${this.#outputTransform(matrices.output)}
for (long t = 0; t < tiles; t++) if (uneven[t] || is_all_direct)
KERNEL_direct(region + ${this.tilePosition('t', this.shape.width + 2)} * ${this.shape.channelLanes}, taps + panel * ${9 * this.shape.channels * this.shape.lanes}, outputs + ${this.tilePosition('t', this.shape.width)} * ${this.shape.lanes});
${this.#storeRows()}
}
}
}
}
`;
  }

  #multiply(): string {
    const { panels, channels, channelLanes, lanes } = this.shape;
    return `for (long p = 0; p < ${products}; p++) for (long panel = 0; panel < ${panels}; panel++) for (long t = 0; t < tiles; t += ${this.#rows})
KERNEL_tile(transformed + p * ${this.#weightStride} + panel * ${channels * lanes}, inputs + p * ${this.#inputStride} + t * ${channelLanes}, ${channels}, sums + p * ${this.#sumStride} + (panel * ${this.#tiles} + t) * ${lanes}, 0);`;
  }

  #outputTransform(matrix: Matrix): string {
    const { lanes, width } = this.shape;
    return `for (long t = 0; t < tiles; t++) for (long l = 0; l < ${lanes}; l += ${this.target.lanes}) {
const float *const from = sums + (panel * ${this.#tiles} + t) * ${lanes} + l;
float *const to = outputs + ${this.tilePosition('t', width)} * ${lanes} + l;
${transformText(
  matrix,
  TILE_INPUTS,
  (i, j) => `*(const vf *)(from + ${(i * TILE_INPUTS + j) * this.#sumStride})`,
  (i, j, value) => `*(vf *)(to + ${(i * width + j) * lanes}) = ${value};`,
)}
}`;
  }

  #storeRows(): string {
    const { filter, positions } = this.convolution;
    const { jobRows, lanes, width } = this.shape;
    const [rows, columns] = this.shape.positions;
    const indices = this.program.extents.map((_, axis) =>
      axis === filter || axis === positions[1] ? '0' : `i${axis}`,
    );
    const args = [`outputs + (y * ${width} + x) * ${lanes}`, 'x', `panel * ${lanes}`, ...indices].join(', ');
    return `for (long y = 0; y < ${jobRows * 4} && first_row * 4 + y < ${rows}; y++) {
const long i${positions[0]} = first_row * 4 + y;
for (long x = 0; x < ${columns}; x += ${this.#rowPiece}) KERNEL_store(buffers, ${args});
}`;
  }

  /** Stores a piece of a row of positions for a panel of filters. */
  #epilogue(): string {
    const { filter, positions } = this.convolution;
    const extents = [...this.program.extents, ...this.program.reduction!.extents];
    const scalar = { pieces: panelsOf([positions[1]], extents, this.#rowPiece) };
    const vector = { pieces: panelsOf([filter], extents, this.shape.lanes), lanes: this.shape.lanes };
    return renderEpilogue(this.program, { extents, scalar, vector }, this.target.lanes);
  }

  /** KERNEL_uneven_weights(taps): whether some filter is too uneven for minimal filtering. */
  #unevenWeights(): string {
    const { panels, lanes, channels } = this.shape;
    const targetLanes = this.target.lanes;
    return `static char KERNEL_uneven_weights(const float *restrict taps) {
char is_uneven = 0;
for (long f = 0; f < ${panels * lanes}; f += ${targetLanes}) {
float sums[9][${targetLanes}];
for (long k = 0; k < 9; k++) for (long l = 0; l < ${targetLanes}; l++) sums[k][l] = 0;
const float *const from = taps + f / ${lanes} * ${9 * channels * lanes} + f % ${lanes};
for (long c = 0; c < ${channels}; c++) for (long k = 0; k < 9; k++)
#pragma omp simd
for (long l = 0; l < ${targetLanes}; l++) sums[k][l] += __builtin_fabsf(from[(c * 9 + k) * ${lanes} + l]);
for (long l = 0; l < ${targetLanes}; l++) {
float least = INFINITY, most = 0;
for (long k = 0; k < 9; k++) {
const float sum = sums[k][l] < ${literal(EVENNESS.largest, 'float32')} ? sums[k][l] : INFINITY;
least = sum < least ? sum : least;
most = sum > most ? sum : most;
}
is_uneven |= !(most <= ${literal(EVENNESS.ratio, 'float32')} * least && most < INFINITY);
}
}
return is_uneven;
}
`;
  }

  /** KERNEL_direct(from, taps, to): the outputs of a tile for the filters of a panel as plain sums. */
  #direct(): string {
    const { lanes, channels, channelLanes, width } = this.shape;
    const row = (width + 2) * channelLanes;
    return `static void KERNEL_direct(const float *restrict from, const float *restrict taps, float *restrict to) {
for (long l = 0; l < ${lanes}; l += ${this.target.lanes}) {
vf sums[16];
for (long i = 0; i < 16; i++) sums[i] = (vf){0};
for (long c = 0; c < ${channels}; c++) for (long k = 0; k < 9; k++) {
const vf tap = *(const vf *)(taps + (c * 9 + k) * ${lanes} + l);
const float *const at = from + k / 3 * ${row} + k % 3 * ${channelLanes} + c;
for (long i = 0; i < 16; i++) sums[i] += at[i / 4 * ${row} + i % 4 * ${channelLanes}] * tap;
}
for (long i = 0; i < 16; i++) *(vf *)(to + (i / 4 * ${width} + i % 4) * ${lanes} + l) = sums[i];
}
}
`;
  }

  /**
   * KERNEL_transform_weights(source, to, plain, c): a channel's weights of all filters, as [product][panel][channel][lane],
   * and as they are, as [panel][channel][tap][lane].
   */
  #weightTransform(matrix: Matrix): string {
    const { filter, channel, taps, other } = this.convolution;
    const { panels, lanes, filters, channels } = this.shape;
    const step = (axis: number): number => other.index.coefficients[axis] ?? 0;
    const targetLanes = this.target.lanes;
    const element = sumOf([
      [step(filter), '(f + l)'],
      [step(channel), 'c'],
      [step(taps[0]), '(k / 3)'],
      [step(taps[1]), '(k % 3)'],
    ]);
    return `static void KERNEL_transform_weights(const float *restrict source, float *restrict to, float *restrict plain, long c) {
for (long f = 0; f < ${panels * lanes}; f += ${targetLanes}) {
float taps[9][${targetLanes}] __attribute__((aligned(64)));
for (long k = 0; k < 9; k++) for (long l = 0; l < ${targetLanes}; l++)
taps[k][l] = f + l < ${filters} ? source[${other.index.offset} + ${element}] : 0;
for (long k = 0; k < 9; k++) for (long l = 0; l < ${targetLanes}; l++)
plain[((f / ${lanes} * ${channels} + c) * 9 + k) * ${lanes} + f % ${lanes} + l] = taps[k][l];
float *const out = to + (f / ${lanes} * ${channels} + c) * ${lanes} + f % ${lanes};
${transformText(
  matrix,
  3,
  (i, j) => `*(const vf *)taps[${i * 3 + j}]`,
  (i, j, value) => `*(vf *)(out + ${(i * TILE_INPUTS + j) * this.#weightStride}) = ${value};`,
)}
}
}
`;
  }
}
