import { TILE_INPUTS, winogradMatrices } from '@adjoint/core';
import type { RenderedContraction } from '../contraction/render-contraction.js';
import { renderTile } from '../contraction/tile.js';
import { buffersText, storesText } from '../render/point.js';
import { transformText } from './transform-text.js';
import { products, productStride, roundUp, WinogradWriter } from './winograd-writer.js';

/** Partial sums over images: threads share these out. */
const mostGroups = 8;

/** ∂w: both operands are transformed, their products summed over tiles and images, and the sums transformed back. */
export class KernelGradientWriter extends WinogradWriter {
  render(): RenderedContraction {
    const { name, unit, convolution } = this;
    const { filter, channel, taps, image } = convolution;
    const { output, kernel, input } = winogradMatrices(3);
    const [lanes, panels, channels, channelLanes] = [this.lanes, this.panels, this.channels, this.channelLanes];
    const jobTiles = this.jobRows * this.tiles[1];
    const rows = this.tileRows(channels);
    const summed = roundUp(channels, rows);
    const groups = Math.min(this.images, mostGroups);
    const width = this.tiles[1] * 4;
    const filterLanes = panels * lanes;
    const [inputStride, factorStride, sumStride] = [
      jobTiles * channelLanes,
      panels * jobTiles * lanes,
      panels * summed * lanes,
    ].map(productStride) as [number, number, number];
    const group = products * sumStride;
    const sizes = [
      this.inputRegion(),
      // The last lanes of a tile may reach behind the last channel.
      products * inputStride + rows,
      this.jobRows * 4 * width * filterLanes,
      products * factorStride,
    ].map((size) => roundUp(size, 16)) as [number, number, number, number];
    const own = sizes.reduce((sum, size) => sum + size, 0);
    const source = `${this.gather('input')}
${this.gather('other')}
${renderTile(`${name}_tile`, lanes, unit.lanes, {
  offsets: Array.from({ length: rows }, (_, row) => row),
  loops: [{ extent: 0, step: channelLanes }],
})}
${this.signature()}
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
const long first_job = group * ${this.images} / ${groups} * ${this.jobsPerImage};
const long end_job = (group + 1) * ${this.images} / ${groups} * ${this.jobsPerImage};
for (long job = first_job; job < end_job; job++) {
${this.openJob(image)}
${this.inputTransform(input, inputStride)}
${name}_gather_other((const float *)buffers[${convolution.other.buffer}] + ${this.imageOffset(convolution.other)}, others, first_row * 4, ${this.jobRows * 4});
for (long t = 0; t < tiles; t++) for (long l = 0; l < ${filterLanes}; l += ${unit.lanes}) {
const float *const from = others + (t / ${this.tiles[1]} * 4 * ${width} + t % ${this.tiles[1]} * 4) * ${filterLanes} + l;
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
for (long l = 0; l < ${lanes} && panel * ${lanes} + l < ${this.filters}; l++) {
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
}
