import { products, TILE_INPUTS, winogradMatrices, type Matrix } from '@adjoint/core/backend';
import { renderTile } from '../contraction/tile.js';
import { buffersText, storesText } from '../render/point.js';
import type { RenderedFunction } from '../render/rendered-function.js';
import { renderGather } from './gather.js';
import { transformText } from './transform-text.js';
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
  /** Elements of a thread's regions: input, transformed input, the other operand, the same transformed. */
  readonly #regions = [
    this.inputRegion,
    // The last lanes of a tile may reach past the last channel.
    products * this.#inputStride + this.#rows,
    this.shape.jobRows * 4 * this.shape.width * this.#filterLanes,
    products * this.#otherStride,
  ].map((size) => roundUp(size, 16)) as [number, number, number, number];
  readonly #own = this.#regions.reduce((sum, size) => sum + size, 0);

  render(): RenderedFunction {
    const { convolution, shape, target } = this;
    const tile = renderTile('KERNEL_tile', shape.lanes, target.lanes, {
      offsets: Array.from({ length: this.#rows }, (_, row) => row),
      loops: [{ extent: 0, step: shape.channelLanes }],
    });
    const gathers = (['input', 'other'] as const).map((what) => renderGather(what, convolution, shape, target));
    return {
      text: [...gathers, tile, this.#function()].join('\n'),
      scratchBytes: (threads) => 4 * (this.shape.groups * this.#sums + threads * this.#own),
    };
  }

  #function(): string {
    const { other } = this.convolution;
    const { images, jobsPerImage, jobRows } = this.shape;
    const [input, transformed, gathered] = this.#regions;
    return `${this.opening}
${buffersText(this.program)}
#pragma omp parallel num_threads(threads) if (threads > 1)
{
float *const region = (float *)scratch + ${this.shape.groups * this.#sums} + (long)omp_get_thread_num() * ${this.#own};
float *const inputs = region + ${input};
float *const others = inputs + ${transformed};
float *const factors = others + ${gathered};
#pragma omp for schedule(static)
for (long group = 0; group < ${this.shape.groups}; group++) {
float *const sums = (float *)scratch + group * ${this.#sums};
const long first_job = group * ${images} / ${this.shape.groups} * ${jobsPerImage};
const long end_job = (group + 1) * ${images} / ${this.shape.groups} * ${jobsPerImage};
for (long job = first_job; job < end_job; job++) {
${this.openJob()}
${this.inputTransform(matrices.input, this.#inputStride)}
${this.gatherCall('other', other, 'others', jobRows * 4)}
${this.#otherTransform(matrices.kernel)}
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
