import { products, TILE_INPUTS, winogradMatrices, type Matrix } from '@adjoint/core/backend';
import { renderTile } from '../contraction/tile.js';
import { buffersText, storesText } from '../render/point.js';
import type { RenderedFunction } from '../render/rendered-function.js';
import { renderGather } from './gather.js';
import { transformText } from './transform-text.js';
import { renderUneven } from './uneven.js';
import { productStride, roundUp, tileRows } from './winograd-shape.js';
import { WinogradWriter } from './winograd-writer.js';

const matrices = winogradMatrices(3);

/** ∂w: both operands are transformed, their products summed over tiles and images, and the sums transformed back. */
export class WeightGradientWriter extends WinogradWriter {
  /** Channels that the register tile multiplies at once, and all channels rounded up to them. */
  readonly #rows = tileRows(this.shape.channels, this.shape.lanes, this.target);
  readonly #channels = roundUp(this.shape.channels, this.#rows);
  readonly #filterLanes = this.shape.panels * this.shape.lanes;
  /** Elements between the products of transformed inputs, of the transformed other operand, and of their sums. */
  readonly #inputStride = productStride(this.shape.jobTiles * this.shape.channelLanes);
  readonly #otherStride = productStride(this.#filterLanes * this.shape.jobTiles);
  readonly #sumStride = productStride(this.#filterLanes * this.#channels);
  /** Elements of a group's sums. */
  readonly #sums = products * this.#sumStride;
  /** Elements of a group's sums of uneven tiles, as [panel][channel][tap][lane], after a mark whether there are any. */
  readonly #direct = 16 + 9 * this.#filterLanes * this.shape.channels;
  /** Elements that threads share. */
  readonly #shared = this.shape.groups * (this.#sums + roundUp(this.#direct, 16));
  /** Elements of a thread's regions: input, transformed input, the other operand, the same transformed, marks. */
  readonly #regions = [
    this.inputRegion,
    // The last lanes of a tile may reach past the last channel.
    products * this.#inputStride + this.#rows,
    this.shape.jobRows * 4 * this.shape.width * this.#filterLanes,
    products * this.#otherStride,
    this.marksRegion,
  ].map((size) => roundUp(size, 16)) as [number, number, number, number, number];
  readonly #own = this.#regions.reduce((sum, size) => sum + size, 0);

  render(): RenderedFunction {
    const { convolution, shape, target } = this;
    const tile = renderTile('KERNEL_tile', shape.lanes, target.lanes, {
      offsets: Array.from({ length: this.#rows }, (_, row) => row),
      loops: [{ extent: 0, step: shape.channelLanes }],
    });
    const gathers = (['input', 'other'] as const).map((what) => renderGather(what, convolution, shape, target));
    const uneven = (['input', 'other'] as const).map((what) => renderUneven(what, convolution, shape, target));
    return {
      text: [...gathers, ...uneven, this.#directTile(), tile, this.#function()].join('\n'),
      scratchBytes: (threads) => 4 * (this.#shared + threads * this.#own),
    };
  }

  #function(): string {
    const { other } = this.convolution;
    const { images, jobsPerImage, jobRows } = this.shape;
    const [input, transformed, gathered, factors] = this.#regions;
    return `${this.opening}
${buffersText(this.program)}
#pragma omp parallel num_threads(threads) if (threads > 1)
{
float *const region = (float *)scratch + ${this.#shared} + (long)omp_get_thread_num() * ${this.#own};
float *const inputs = region + ${input};
float *const others = inputs + ${transformed};
float *const factors = others + ${gathered};
${this.marks(`(factors + ${factors})`)}
#pragma omp for schedule(static)
for (long group = 0; group < ${this.shape.groups}; group++) {
float *const sums = (float *)scratch + group * ${this.#sums};
float *const direct = ${this.#directOf('group')};
direct[0] = 0;
const long first_job = group * ${images} / ${this.shape.groups} * ${jobsPerImage};
const long end_job = (group + 1) * ${images} / ${this.shape.groups} * ${jobsPerImage};
for (long job = first_job; job < end_job; job++) {
${this.openJob()}
${this.inputTransform(matrices.input, this.#inputStride)}
${this.gatherCall('other', other, 'others', jobRows * 4)}
${this.markUneven('other', 'others')}
${this.#otherTransform(matrices.kernel)}
${this.#takeUnevenOut()}
${this.#multiply()}
}
}
${this.#sumGroups()}
}
}
`;
  }

  #otherTransform(matrix: Matrix): string {
    const { lanes, jobTiles, width } = this.shape;
    return `for (long t = 0; t < tiles; t++) for (long l = 0; l < ${this.#filterLanes}; l += ${this.target.lanes}) {
const float *const from = others + ${this.tilePosition('t', width)} * ${this.#filterLanes} + l;
float *const to = factors + (l / ${lanes} * ${jobTiles} + t) * ${lanes} + l % ${lanes};
${transformText(
  matrix,
  4,
  (i, j) => `*(const vf *)(from + ${(i * width + j) * this.#filterLanes})`,
  (i, j, value) => `*(vf *)(to + ${(i * TILE_INPUTS + j) * this.#otherStride}) = ${value};`,
)}
}`;
  }

  #directOf(group: string): string {
    return `((float *)scratch + ${this.shape.groups * this.#sums} + ${group} * ${roundUp(this.#direct, 16)})`;
  }

  /** Uneven tiles are summed apart, and take no part in the products. */
  #takeUnevenOut(): string {
    const { lanes, panels, jobTiles, channelLanes, width } = this.shape;
    return `for (long t = 0; t < tiles; t++) if (uneven[t]) {
if (direct[0] == 0) { for (long i = 16; i < ${this.#direct}; i++) direct[i] = 0; direct[0] = 1; }
KERNEL_direct(region + ${this.tilePosition('t', width + 2)} * ${channelLanes}, others + ${this.tilePosition('t', width)} * ${this.#filterLanes}, direct + 16);
for (long p = 0; p < ${products}; p++) {
for (long c = 0; c < ${channelLanes}; c++) inputs[p * ${this.#inputStride} + t * ${channelLanes} + c] = 0;
for (long panel = 0; panel < ${panels}; panel++) for (long l = 0; l < ${lanes}; l++)
factors[p * ${this.#otherStride} + (panel * ${jobTiles} + t) * ${lanes} + l] = 0;
}
}`;
  }

  /** KERNEL_direct(from, other, to): adds the products of a tile to the sums of uneven tiles. */
  #directTile(): string {
    const { lanes, channels, channelLanes, width } = this.shape;
    const row = (width + 2) * channelLanes;
    return `static void KERNEL_direct(const float *restrict from, const float *restrict other, float *restrict to) {
for (long f = 0; f < ${this.#filterLanes}; f += ${this.target.lanes}) for (long c = 0; c < ${channels}; c++) {
float *const sums = to + (f / ${lanes} * ${channels} + c) * ${9 * lanes} + f % ${lanes};
vf taps[9];
for (long k = 0; k < 9; k++) taps[k] = *(const vf *)(sums + k * ${lanes});
for (long i = 0; i < 16; i++) {
const vf factor = *(const vf *)(other + (i / 4 * ${width} + i % 4) * ${this.#filterLanes} + f);
const float *const at = from + i / 4 * ${row} + i % 4 * ${channelLanes} + c;
for (long k = 0; k < 9; k++) taps[k] += at[k / 3 * ${row} + k % 3 * ${channelLanes}] * factor;
}
for (long k = 0; k < 9; k++) *(vf *)(sums + k * ${lanes}) = taps[k];
}
}
`;
  }

  #multiply(): string {
    const { panels, lanes, channels, jobTiles } = this.shape;
    return `for (long p = 0; p < ${products}; p++) for (long panel = 0; panel < ${panels}; panel++) for (long c = 0; c < ${channels}; c += ${this.#rows})
KERNEL_tile(factors + p * ${this.#otherStride} + panel * ${jobTiles * lanes}, inputs + p * ${this.#inputStride} + c, tiles, sums + p * ${this.#sumStride} + (panel * ${this.#channels} + c) * ${lanes}, job > first_job);`;
  }

  /** Adds the groups' sums in order, transforms them back, and stores the weights. */
  #sumGroups(): string {
    const { channel } = this.convolution;
    const { channels, panels, lanes } = this.shape;
    const targetLanes = this.target.lanes;
    return `#pragma omp for schedule(static)
for (long i${channel} = 0; i${channel} < ${channels}; i${channel}++) for (long panel = 0; panel < ${panels}; panel++) {
float results[9][${lanes}] __attribute__((aligned(64)));
for (long l = 0; l < ${lanes}; l += ${targetLanes}) {
vf total[${products}];
for (long p = 0; p < ${products}; p++) {
const float *const from = (float *)scratch + p * ${this.#sumStride} + (panel * ${this.#channels} + i${channel}) * ${lanes} + l;
total[p] = *(const vf *)from;
for (long group = 1; group < ${this.shape.groups}; group++) total[p] += *(const vf *)(from + group * ${this.#sums});
}
${transformText(
  matrices.output,
  TILE_INPUTS,
  (i, j) => `total[${i * TILE_INPUTS + j}]`,
  (i, j, value) => `*(vf *)(results[${i * 3 + j}] + l) = ${value};`,
)}
}
for (long group = 0; group < ${this.shape.groups}; group++) {
const float *const direct = ${this.#directOf('group')};
if (direct[0] == 0) continue;
for (long k = 0; k < 9; k++) for (long l = 0; l < ${lanes}; l++)
results[k][l] += direct[16 + ((panel * ${channels} + i${channel}) * 9 + k) * ${lanes} + l];
}
${this.#storeWeights()}
}`;
  }

  #storeWeights(): string {
    const { filter, taps } = this.convolution;
    const { lanes, filters } = this.shape;
    return `for (long l = 0; l < ${lanes} && panel * ${lanes} + l < ${filters}; l++) {
const long i${filter} = panel * ${lanes} + l; (void)i${filter};
for (long i${taps[0]} = 0; i${taps[0]} < 3; i${taps[0]}++) for (long i${taps[1]} = 0; i${taps[1]} < 3; i${taps[1]}++) {
${storesText(this.program, `results[i${taps[0]} * 3 + i${taps[1]}][l]`)}
}
}`;
  }
}
