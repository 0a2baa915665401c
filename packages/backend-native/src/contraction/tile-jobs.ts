import type { LoopProgram } from '@adjoint/core/primitives';
import type { IndexText } from './index-text.js';
import type { Pieces } from './pieces.js';
import { tilesPerGroup, type Scratch } from './scratch.js';
import type { Tiling } from './tiling.js';

/** From this many jobs on, a group is all tiles of a job where nothing has to be packed for it. */
const manyJobs = 16;

/** C of the jobs of a block of the reduction: packing, and the calls of the register tile and the epilogue. */
export class TileJobs {
  readonly #isPacked: boolean;

  constructor(
    readonly program: LoopProgram,
    readonly tiling: Tiling,
    readonly scratch: Scratch,
    readonly text: IndexText,
  ) {
    this.#isPacked = tiling.scalar.mode === 'packed';
  }

  /** Indices in the last piece of the scalar side. */
  get lastPiece(): number {
    const { axis, size, count } = this.tiling.scalar.pieces;
    return this.text.extent(axis) - (count - 1) * size;
  }

  /** Packs all of the inner operand, and pads the scalar one unless each job does; `split` shares a loop among threads. */
  sharedPacking(split: string): string {
    const { scalar, vector, outer } = this.tiling;
    const steps: string[] = [];
    if (scalar.padded && !scalar.padded.perJob) {
      const call = this.#callPad(this.tiling.reduction.outer, 'slice', 'slice + 1');
      steps.push(`for (long slice = 0; slice < ${this.#firstFree()}; slice++) ${call}`);
    }
    if (outer === 'scalar') {
      const to = `shared_packed + panel * ${this.scratch.panel / 4}`;
      steps.push(`for (long panel = 0; panel < ${vector.panels}; panel++) {
${this.#decodePanel()}
${this.#callPack('vector', to)}
}`);
    } else if (this.#isPacked) {
      const to = `shared_packed + tile * ${this.scratch.tile / 4}`;
      steps.push(`for (long tile = 0; tile < ${scalar.jobs * scalar.tilesPerJob}; tile++) {
${this.text.decodePiece(scalar.pieces, 'tile', 'first_s')}
${this.#callPack('scalar', to)}
}`);
    }
    return steps.map((step) => `${split}\n${step}`).join('\n');
  }

  jobs(): string {
    return this.tiling.outer === 'scalar' ? this.#scalarJobs() : this.#vectorJobs();
  }

  /** Jobs are groups of scalar tiles; each meets all panels of the other side. */
  #scalarJobs(): string {
    const { scalar, vector, reduction } = this.tiling;
    const { panel, tile } = this.scratch;
    const size = !this.#isPacked && scalar.jobs >= manyJobs ? scalar.tilesPerJob : tilesPerGroup;
    const groups = Math.ceil(scalar.tilesPerJob / size);
    const [jobAxis, ...outer] = scalar.pieces.outer;
    const pieces: Pieces = { ...scalar.pieces, outer };
    const forTiles = (body: string): string => `for (long tile = first_tile; tile < end_tile; tile++) {
${this.text.decodePiece(pieces, 'tile', 'first_s')}
${body}
}`;
    const packedTile = `own_packed + (tile - first_tile) * ${tile / 4}`;
    const job = jobAxis === undefined ? '0' : `i${jobAxis}`;
    const number = `((${job} * ${scalar.tilesPerJob} + tile) * ${vector.panels} + panel)`;
    const padAxes = [...reduction.outer, ...(jobAxis === undefined ? [] : [jobAxis])];
    return `for (long job = 0; job < ${scalar.jobs * groups}; job++) {
const long first_tile = job % ${groups} * ${size};
const long end_tile = first_tile + ${size} < ${scalar.tilesPerJob} ? first_tile + ${size} : ${scalar.tilesPerJob};
${jobAxis === undefined ? '' : `const long ${job} = job / ${groups};`}
${scalar.padded?.perJob ? this.#callPad(padAxes, '0', this.#firstFree()) : ''}
${this.#isPacked ? forTiles(this.#callPack('scalar', packedTile)) : ''}
for (long panel = 0; panel < ${vector.panels}; panel++) {
${this.#decodePanel()}
const float *const v = shared_packed + panel * ${panel / 4};
${forTiles(this.#callTile(packedTile, number))}
}
}`;
  }

  /** Jobs are panels of the vector side; each is packed and meets all scalar tiles. */
  #vectorJobs(): string {
    const { scalar, vector } = this.tiling;
    return `for (long panel = 0; panel < ${vector.panels}; panel++) {
${this.#decodePanel()}
${this.#callPack('vector', 'own_packed')}
const float *const v = own_packed;
for (long tile = 0; tile < ${scalar.jobs * scalar.tilesPerJob}; tile++) {
${this.text.decodePiece(scalar.pieces, 'tile', 'first_s')}
${this.#callTile(`shared_packed + tile * ${this.scratch.tile / 4}`, `(tile * ${vector.panels} + panel)`)}
}
}`;
  }

  /** Multiplies a tile, `number` of all, and stores it after the last block; a packed one is at `packedTile`. */
  #callTile(packedTile: string, number: string): string {
    const { scalar, vector, reduction } = this.tiling;
    const { axis, size } = scalar.pieces;
    const target =
      reduction.count > 1
        ? `float *const t = partial + ${number} * ${this.scratch.sums / 4};`
        : `float t[${scalar.stride * vector.lanes}] __attribute__((aligned(64)));`;
    const chunk = this.#isPacked ? `chunk * ${reduction.length / reduction.chunk}` : 'chunk';
    const source = this.#isPacked ? packedTile : this.#directTile();
    const call = (indices: number): string => `KERNEL_tile${indices}(v, ${source}, ${chunk}, t, goes_on);`;
    const isUneven = !this.#isPacked && this.lastPiece !== size;
    return `${target}
${isUneven ? `if (first_s + ${size} > ${this.text.extent(axis)}) ${call(this.lastPiece)} else ${call(size)}` : call(size)}
if (is_last) KERNEL_store(${['buffers', 't', 'first_s', 'first_v', ...this.#storeIndices()].join(', ')});`;
  }

  /** Where the scalar elements of a tile begin if they are not packed. */
  #directTile(): string {
    const { operand, padded, pieces } = this.tiling.scalar;
    return padded ? this.text.paddedPiece('first_s') : this.text.piece('scalar_operand', operand, pieces, 'first_s');
  }

  /** Indices of the program's axes that are the same for the whole tile. */
  #storeIndices(): string[] {
    const { scalar, vector } = this.tiling;
    const local = new Set([scalar.pieces.axis, vector.pieces.axis, ...scalar.pieces.whole]);
    return this.program.extents.map((_, axis) => (local.has(axis) ? '0' : `i${axis}`));
  }

  #decodePanel(): string {
    return this.text.decodePiece(this.tiling.vector.pieces, 'panel', 'first_v');
  }

  #callPack(side: 'vector' | 'scalar', to: string): string {
    const { batch, reduction, extents } = this.tiling;
    const { operand, pieces } = this.tiling[side];
    const first = side === 'vector' ? 'first_v' : 'first_s';
    const fixed = new Set([...batch, ...pieces.outer, ...reduction.outer]);
    const indices = extents.map((_, axis) => (fixed.has(axis) ? `i${axis}` : '0'));
    const source = this.text.piece(`${side}_operand`, operand, pieces, first);
    return `KERNEL_pack_${side}(${[source, to, first, 'start', 'chunk', ...indices].join(', ')});`;
  }

  /** Pads the scalar operand at the fixed axes, for first ≤ index < end of the copy's outermost free dimension. */
  #callPad(fixed: readonly number[], first: string, end: string): string {
    const source = this.text.operand('scalar_operand', this.tiling.scalar.operand, fixed);
    return `KERNEL_pad(${source}, padded, start, chunk, ${first}, ${end});`;
  }

  /** Extent of the padded copy's outermost free dimension. */
  #firstFree(): string {
    const { scalar, reduction } = this.tiling;
    const first = scalar.padded?.free[0];
    if (!first) return '1';
    return first.axis === reduction.axis ? 'chunk' : String(first.extent);
  }
}
