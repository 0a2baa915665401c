import { TILE_INPUTS, type Factor, type Matrix, type WinogradConvolution } from '@adjoint/core/backend';
import type { LoopProgram } from '@adjoint/core/primitives';
import { signature, sumOf } from '../render/c-text.js';
import type { RenderedFunction } from '../render/rendered-function.js';
import type { VectorTarget } from '../render/vector-target.js';
import { transformText } from './transform-text.js';
import { cellsOf } from './uneven.js';
import { winogradShape, type WinogradShape } from './winograd-shape.js';

/** What both kinds of minimal filtering share: the sizes, and the C that begins a job and transforms its input. */
export abstract class WinogradWriter {
  protected readonly shape: WinogradShape;
  /** How the function begins. */
  protected readonly opening = `${signature} {
(void)end; (void)reduction_extent;`;

  constructor(
    readonly program: LoopProgram,
    readonly convolution: WinogradConvolution,
    readonly target: VectorTarget,
  ) {
    this.shape = winogradShape(program, convolution, target);
  }

  abstract render(): RenderedFunction;

  /** Elements of the input of a job, as [row][column][channel]. */
  protected get inputRegion(): number {
    const { jobRows, width, channelLanes } = this.shape;
    return (jobRows * 4 + 2) * (width + 2) * channelLanes;
  }

  /** The image and the rows of a job, and its input. */
  protected openJob(): string {
    const { image, input } = this.convolution;
    const { jobsPerImage, jobRows, tiles } = this.shape;
    return `${image === undefined ? '' : `const long i${image} = job / ${jobsPerImage};`}
const long first_row = job % ${jobsPerImage} * ${jobRows};
const long tiles = (first_row + ${jobRows} < ${tiles[0]} ? ${jobRows} : ${tiles[0]} - first_row) * ${tiles[1]};
${this.gatherCall('input', input, 'region', jobRows * 4 + 2)}
for (long t = 0; t < tiles; t++) uneven[t] = 0;
${this.markUneven('input', 'region')}`;
  }

  protected gatherCall(what: 'input' | 'other', { buffer, index }: Factor, to: string, rows: number): string {
    const { image } = this.convolution;
    const imageStart = image === undefined ? '0' : sumOf([[index.coefficients[image] ?? 0, `i${image}`]]);
    return `KERNEL_gather_${what}((const float *)buffers[${buffer}] + ${index.offset} + ${imageStart}, ${to}, first_row * 4, ${rows});`;
  }

  /** Transforms the tiles of a job's input; `stride` elements are between the products. */
  protected inputTransform(matrix: Matrix, stride: number): string {
    const { channelLanes } = this.shape;
    const width = this.shape.width + 2;
    return `for (long t = 0; t < tiles; t++) for (long c = 0; c < ${channelLanes}; c += ${this.target.lanes}) {
const float *const from = region + ${this.tilePosition('t', width)} * ${channelLanes} + c;
float *const to = inputs + t * ${channelLanes} + c;
${transformText(
  matrix,
  TILE_INPUTS,
  (i, j) => `*(const vf *)(from + ${(i * width + j) * channelLanes})`,
  (i, j, value) => `*(vf *)(to + ${(i * TILE_INPUTS + j) * stride}) = ${value};`,
)}
}`;
  }

  /** Floats of a job's marks of uneven tiles, and of the sums that they follow from. */
  protected get marksRegion(): number {
    return Math.ceil(this.shape.jobTiles / 4) + cellsOf(this.shape);
  }

  /** Marks the tiles of a job whose elements of an operand are too uneven; `uneven` and `cells` are set. */
  protected markUneven(what: 'input' | 'other', from: string): string {
    return `KERNEL_uneven_${what}(${from}, cells, uneven, first_row * 4, tiles);`;
  }

  /** Pointers to the marks and the sums. */
  protected marks(region: string): string {
    return `char *const uneven = (char *)(${region});
float *const cells = ${region} + ${Math.ceil(this.shape.jobTiles / 4)};`;
  }

  /** The first position of a tile in rows of `width` positions. */
  protected tilePosition(tile: string, width: number): string {
    const [, across] = this.shape.tiles;
    return `(${tile} / ${across} * 4 * ${width} + ${tile} % ${across} * 4)`;
  }
}
