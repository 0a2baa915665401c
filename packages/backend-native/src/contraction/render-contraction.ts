import type { Contraction } from '@adjoint/core/backend';
import type { LoopProgram } from '@adjoint/core/primitives';
import { signature } from '../render/c-text.js';
import type { RenderedFunction } from '../render/rendered-function.js';
import type { VectorTarget } from '../render/vector-target.js';
import { renderEpilogue } from './epilogue.js';
import { IndexText } from './index-text.js';
import { renderPack } from './pack.js';
import { renderPaddedCopy } from './padded-copy.js';
import { scratchOf, type Scratch } from './scratch.js';
import { TileJobs } from './tile-jobs.js';
import { renderTile, type ScalarWalk } from './tile.js';
import { tilingOf, type Tiling } from './tiling.js';

/** With at least this many batches, threads split the batches. */
const manyBatches = 8;

/**
 * Renders a contraction for its shape as C: packed panels, register tiles, and the epilogue on finished tiles (after
 * Goto & van de Geijn 2008, with the scalar operand of a convolution unpacked). Undefined if the reduction is empty.
 */
export function renderContraction(
  program: LoopProgram,
  contraction: Contraction,
  target: VectorTarget,
): RenderedFunction | undefined {
  const tiling = tilingOf(program, contraction, target);
  return tiling && new ContractionWriter(program, tiling, target).render();
}

class ContractionWriter {
  readonly #scratch: Scratch;
  readonly #text: IndexText;
  readonly #jobs: TileJobs;
  readonly #splitsBatches: boolean;

  constructor(
    readonly program: LoopProgram,
    readonly tiling: Tiling,
    readonly target: VectorTarget,
  ) {
    this.#scratch = scratchOf(tiling);
    this.#text = new IndexText(tiling);
    this.#jobs = new TileJobs(program, tiling, this.#scratch, this.#text);
    this.#splitsBatches = tiling.batches >= manyBatches;
  }

  render(): RenderedFunction {
    const { shared, own } = this.#scratch;
    return {
      text: [...this.#helpers(), this.#function()].join('\n'),
      scratchBytes: (threads) => (this.#splitsBatches ? threads * (shared + own) : shared + threads * own),
    };
  }

  /** The functions that pack, pad, multiply and store. */
  #helpers(): string[] {
    const { tiling, target, program } = this;
    const { scalar, vector, reduction } = tiling;
    const isPacked = scalar.mode === 'packed';
    const sizes = isPacked ? [scalar.pieces.size] : new Set([scalar.pieces.size, this.#jobs.lastPiece]);
    return [
      renderPack('vector', tiling, target.lanes),
      ...(isPacked ? [renderPack('scalar', tiling, target.lanes)] : []),
      ...(scalar.padded ? [renderPaddedCopy(reduction, scalar.padded)] : []),
      ...[...sizes].map((size) => renderTile(`KERNEL_tile${size}`, vector.lanes, target.lanes, this.#walk(size))),
      renderEpilogue(program, tiling, target.lanes),
    ];
  }

  #function(): string {
    const { scalar, vector } = this.tiling;
    const operand = (name: string, { buffer, index }: typeof scalar.operand): string =>
      `const float *const ${name} = (const float *)buffers[${buffer}] + ${index.offset};`;
    return `${signature} {
(void)end; (void)reduction_extent;
${operand('vector_operand', vector.operand)}
${operand('scalar_operand', scalar.operand)}
#pragma omp parallel num_threads(threads) if (threads > 1)
{
${this.#scratchPointers()}
${this.#batches(this.#blocks())}
}
}
`;
  }

  #scratchPointers(): string {
    const { packed, padded, shared, own, ownPacked } = this.#scratch;
    const isSplit = this.#splitsBatches;
    const ownStart = isSplit ? shared : 0;
    const paddedCopy = this.tiling.scalar.padded?.perJob
      ? `own + ${ownStart + ownPacked}`
      : `shared_packed + ${packed}`;
    return `char *const own = scratch + ${isSplit ? 0 : shared} + (long)omp_get_thread_num() * ${ownStart + own};
float *const shared_packed = (float *)${isSplit ? 'own' : 'scratch'};
float *const partial = (float *)((char *)shared_packed + ${packed + padded});
float *const padded = (float *)((char *)${paddedCopy});
float *const own_packed = (float *)(own + ${ownStart});
(void)padded; (void)partial; (void)own_packed;`;
  }

  #batches(body: string): string {
    const { batch, batches } = this.tiling;
    if (!this.#splitsBatches) return `${this.#text.loops(batch)}\n${body}\n${'}'.repeat(batch.length)}`;
    return `#pragma omp for schedule(static)
for (long batch = 0; batch < ${batches}; batch++) {
${this.#text.decode(batch, 'batch')}
${body}
}`;
  }

  /** Blocks of the reduction, one after the other: first what all jobs share is packed, then the jobs are done. */
  #blocks(): string {
    const { outer, axis, chunk } = this.tiling.reduction;
    const extent = this.#text.extent(axis);
    const isLater = [...outer.map((one) => `i${one} > 0`), 'start > 0'];
    const isLast = [...outer.map((one) => `i${one} == ${this.#text.extent(one) - 1}`), `start + chunk == ${extent}`];
    const split = this.#splitsBatches ? '' : '#pragma omp for schedule(static)';
    return `${this.#text.loops(outer)}
for (long start = 0; start < ${extent}; start += ${chunk}) {
const long chunk = start + ${chunk} < ${extent} ? ${chunk} : ${extent} - start;
const int goes_on = ${isLater.join(' || ')};
const int is_last = ${isLast.join(' && ')};
${this.#jobs.sharedPacking(split)}
${split}
${this.#jobs.jobs()}
}
${'}'.repeat(outer.length)}`;
  }

  /** How a tile of `size` indices of the cut axis walks the scalar operand. */
  #walk(size: number): ScalarWalk {
    const { scalar, reduction, extents } = this.tiling;
    if (scalar.mode === 'packed')
      return {
        offsets: Array.from({ length: scalar.lanes }, (_, lane) => lane),
        loops: [{ extent: 0, step: scalar.stride }],
      };
    const { coefficients } = (scalar.padded ?? scalar.operand).index;
    const step = (axis: number): number => coefficients[axis] ?? 0;
    let offsets = Array.from({ length: size }, (_, i) => i * step(scalar.pieces.axis));
    for (const axis of scalar.pieces.whole)
      offsets = offsets.flatMap((offset) => Array.from({ length: extents[axis]! }, (_, i) => offset + i * step(axis)));
    const axes = reduction.axis < 0 ? [] : [reduction.axis, ...reduction.inner];
    const loops = axes.map((axis) => ({ extent: extents[axis]!, step: step(axis) }));
    return { offsets, loops: loops.length > 0 ? loops : [{ extent: 1, step: 0 }] };
  }
}
