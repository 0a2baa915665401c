import type { Contraction, Factor, LoopProgram } from '@adjoint/core';
import { signature, sumOf } from '../render/c-text.js';
import { renderEpilogue } from './epilogue.js';
import { renderPack } from './pack.js';
import { renderPaddedCopy } from './padded-copy.js';
import { planOf, type Pieces, type Plan, type VectorUnit } from './tiling.js';
import { renderTile, type ScalarWalk } from './tile.js';

export interface RenderedContraction {
  /** Static functions and the function itself (`signature` of c-text.ts). */
  readonly source: string;
  scratchBytes(threads: number): number;
}

/** Tiles of the scalar side that share a packed panel of the other side while they are in the second cache. */
const tilesPerGroup = 8;
/** From so many batches on, threads share out these. */
const manyBatches = 8;

/**
 * Renders a contraction for its shape as C: packed panels, register tiles, and what follows the sum on finished tiles
 * (after Goto & van de Geijn 2008, with the scalar operand of a convolution left where it is).  Undefined where there is nothing to multiply.
 */
export function renderContraction(
  program: LoopProgram,
  contraction: Contraction,
  name: string,
  unit: VectorUnit,
): RenderedContraction | undefined {
  const plan = planOf(program, contraction, unit);
  return plan && new ContractionWriter(program, plan, name, unit).render();
}

class ContractionWriter {
  readonly #functions: string[] = [];
  /** Lanes of a scalar tile, as packed. */
  readonly #scalarLanes: number;
  readonly #scalarStride: number;
  /** Tiles of the scalar side per index of its first outer axis, in all; and of the vector side. */
  readonly #jobs: number;
  readonly #tilesPerJob: number;
  readonly #panels: number;
  readonly #blockElements: number;

  constructor(
    readonly program: LoopProgram,
    readonly plan: Plan,
    readonly name: string,
    readonly unit: VectorUnit,
  ) {
    const { scalar, vector, reduction } = plan;
    this.#scalarLanes = scalar.pieces.size * this.#size(scalar.pieces.whole);
    this.#scalarStride = Math.ceil(this.#scalarLanes / unit.lanes) * unit.lanes;
    this.#jobs = this.#size(scalar.pieces.outer.slice(0, 1));
    this.#tilesPerJob = this.#size(scalar.pieces.outer.slice(1)) * scalar.pieces.count;
    this.#panels = this.#size(vector.pieces.outer) * vector.pieces.count;
    this.#blockElements = reduction.chunk * this.#size(reduction.inner);
  }

  render(): RenderedContraction {
    const { plan, name } = this;
    const { scalar, vector, batches, reduction, extents } = plan;
    const isPacked = scalar.mode === 'packed';
    const isScalarOuter = plan.outer === 'scalar';
    const bytes = this.#bytes();
    const sharesBatches = batches >= manyBatches;

    this.#functions.push(
      renderPack(`${name}_pack_v`, plan, vector.operand, vector.pieces, reduction, vector.lanes, this.unit.lanes),
    );
    if (isPacked)
      this.#functions.push(
        renderPack(
          `${name}_pack_s`,
          plan,
          scalar.operand,
          scalar.pieces,
          reduction,
          this.#scalarStride,
          this.unit.lanes,
        ),
      );
    if (scalar.padded) this.#functions.push(renderPaddedCopy(`${name}_pad`, reduction, scalar.padded));
    const sizes = [...new Set([scalar.pieces.size, this.#lastPiece()])];
    for (const size of isPacked ? [scalar.pieces.size] : sizes)
      this.#functions.push(renderTile(`${name}_tile${size}`, vector.lanes, this.unit.lanes, this.#walk(size)));
    this.#functions.push(renderEpilogue(`${name}_store`, this.program, plan, this.unit.lanes));

    const work = sharesBatches ? '' : '#pragma omp for schedule(static)';
    const blocks = this.#reductionLoops(`
const int goes_on = ${[...reduction.outer.map((axis) => `i${axis} > 0`), 'start > 0'].join(' || ')};
const int is_last = ${[...reduction.outer.map((axis) => `i${axis} == ${extents[axis]! - 1}`), `start + chunk == ${this.#extent(reduction.axis)}`].join(' && ')};
${this.#sharedPacking(work, isScalarOuter, isPacked)}
${work}
${isScalarOuter ? this.#scalarJobs(isPacked) : this.#vectorJobs(isPacked)}
`);
    const batchLoops = this.#open(plan.batch, sharesBatches ? '' : undefined);
    const source = `${this.#functions.join('\n')}
${signature(name)} {
(void)end; (void)reduction_extent;
const float *const vector_operand = (const float *)buffers[${vector.operand.buffer}] + ${vector.operand.index.offset};
const float *const scalar_operand = (const float *)buffers[${scalar.operand.buffer}] + ${scalar.operand.index.offset};
#pragma omp parallel num_threads(threads) if (threads > 1)
{
char *const own = scratch + ${sharesBatches ? 0 : bytes.shared} + (long)omp_get_thread_num() * ${sharesBatches ? bytes.shared + bytes.own : bytes.own};
float *const shared_packed = (float *)${sharesBatches ? 'own' : 'scratch'};
float *const partial = (float *)((char *)shared_packed + ${bytes.packed + bytes.padded});
float *const padded = (float *)((char *)${scalar.padded?.perJob ? `own + ${(sharesBatches ? bytes.shared : 0) + bytes.ownPacked}` : `shared_packed + ${bytes.packed}`});
float *const own_packed = (float *)(own + ${sharesBatches ? bytes.shared : 0});
(void)padded; (void)partial; (void)own_packed;
${sharesBatches ? `#pragma omp for schedule(static)\nfor (long batch = 0; batch < ${batches}; batch++) {\n${this.#decode(plan.batch, 'batch')}` : batchLoops}
${blocks}
${sharesBatches ? '}' : '}'.repeat(plan.batch.length)}
}
}
`;
    return {
      source,
      scratchBytes: (threads) =>
        sharesBatches ? threads * (bytes.shared + bytes.own) : bytes.shared + threads * bytes.own,
    };
  }

  #bytes() {
    const { plan } = this;
    const { scalar, vector } = plan;
    const isScalarOuter = plan.outer === 'scalar';
    const vectorPanel = lines(this.#blockElements * vector.lanes * 4);
    const scalarTile = lines(this.#blockElements * this.#scalarStride * 4);
    const tiles = this.#jobs * this.#tilesPerJob;
    const packed = isScalarOuter ? this.#panels * vectorPanel : scalar.mode === 'packed' ? tiles * scalarTile : 0;
    const paddedBytes = lines((scalar.padded?.size ?? 0) * 4);
    const padded = scalar.padded && !scalar.padded.perJob ? paddedBytes : 0;
    const partial = plan.reduction.count > 1 ? tiles * this.#panels * lines(this.#scalarStride * vector.lanes * 4) : 0;
    const ownPacked = isScalarOuter ? (scalar.mode === 'packed' ? tilesPerGroup * scalarTile : 0) : vectorPanel;
    const own = ownPacked + (scalar.padded?.perJob ? paddedBytes : 0);
    return { packed, padded, shared: packed + padded + partial, ownPacked, own, vectorPanel, scalarTile };
  }

  /** Packs all of the inner operand, and pads the scalar one where that is not done job by job. */
  #sharedPacking(work: string, isScalarOuter: boolean, isPacked: boolean): string {
    const { plan } = this;
    const { scalar, vector } = plan;
    const bytes = this.#bytes();
    const pad =
      scalar.padded && !scalar.padded.perJob
        ? `${work}\nfor (long slice = 0; slice < ${this.#firstFree()}; slice++) ${this.name}_pad(${this.#fixed(scalar.operand, plan.reduction.outer, 'scalar_operand')}, padded, start, chunk, slice, slice + 1);`
        : '';
    if (isScalarOuter)
      return `${pad}
${work}
for (long panel = 0; panel < ${this.#panels}; panel++) {
${this.#decodePieces(vector.pieces, 'panel', 'first_v')}
${this.#callPack('v', vector.operand, vector.pieces, 'vector_operand', `shared_packed + panel * ${bytes.vectorPanel / 4}`, 'first_v')}
}`;
    if (!isPacked) return pad;
    return `${pad}
${work}
for (long tile = 0; tile < ${this.#jobs * this.#tilesPerJob}; tile++) {
${this.#decodePieces(scalar.pieces, 'tile', 'first_s')}
${this.#callPack('s', scalar.operand, scalar.pieces, 'scalar_operand', `shared_packed + tile * ${bytes.scalarTile / 4}`, 'first_s')}
}`;
  }

  /** Jobs are groups of scalar tiles; each meets all panels of the other side. */
  #scalarJobs(isPacked: boolean): string {
    const { scalar, vector } = this.plan;
    const bytes = this.#bytes();
    const isWhole = !isPacked && this.#jobs >= 16;
    const size = isWhole ? this.#tilesPerJob : tilesPerGroup;
    const groups = Math.ceil(this.#tilesPerJob / size);
    const [jobAxis] = scalar.pieces.outer;
    const tiles = (body: string): string => `for (long tile = first_tile; tile < end_tile; tile++) {
${this.#decodePieces({ ...scalar.pieces, outer: scalar.pieces.outer.slice(1) }, 'tile', 'first_s')}
${body}
}`;
    const packedAt = `own_packed + (tile - first_tile) * ${bytes.scalarTile / 4}`;
    const pad = scalar.padded?.perJob
      ? `${this.name}_pad(${this.#fixed(scalar.operand, [...this.plan.reduction.outer, ...(jobAxis === undefined ? [] : [jobAxis])], 'scalar_operand')}, padded, start, chunk, 0, ${this.#firstFree()});`
      : '';
    return `for (long job = 0; job < ${this.#jobs * groups}; job++) {
const long first_tile = job % ${groups} * ${size};
const long end_tile = first_tile + ${size} < ${this.#tilesPerJob} ? first_tile + ${size} : ${this.#tilesPerJob};
${jobAxis === undefined ? '' : `const long i${jobAxis} = job / ${groups};`}
${pad}
${isPacked ? tiles(this.#callPack('s', scalar.operand, scalar.pieces, 'scalar_operand', packedAt, 'first_s')) : ''}
for (long panel = 0; panel < ${this.#panels}; panel++) {
${this.#decodePieces(vector.pieces, 'panel', 'first_v')}
const float *const v = shared_packed + panel * ${bytes.vectorPanel / 4};
${tiles(this.#callTile(packedAt, `((${jobAxis === undefined ? 0 : `i${jobAxis}`} * ${this.#tilesPerJob} + tile) * ${this.#panels} + panel)`))}
}
}`;
  }

  /** Jobs are panels of the vector side; each is packed and meets all scalar tiles. */
  #vectorJobs(isPacked: boolean): string {
    const { scalar, vector } = this.plan;
    const bytes = this.#bytes();
    return `for (long panel = 0; panel < ${this.#panels}; panel++) {
${this.#decodePieces(vector.pieces, 'panel', 'first_v')}
${this.#callPack('v', vector.operand, vector.pieces, 'vector_operand', 'own_packed', 'first_v')}
const float *const v = own_packed;
for (long tile = 0; tile < ${this.#jobs * this.#tilesPerJob}; tile++) {
${this.#decodePieces(scalar.pieces, 'tile', 'first_s')}
${this.#callTile(isPacked ? `shared_packed + tile * ${bytes.scalarTile / 4}` : '', `(tile * ${this.#panels} + panel)`)}
}
}`;
  }

  #callTile(packedAt: string, number: string): string {
    const { plan, name } = this;
    const { scalar, vector, reduction } = plan;
    const isPacked = scalar.mode === 'packed';
    const elements = lines(this.#scalarStride * vector.lanes * 4) / 4;
    const target =
      reduction.count > 1
        ? `float *const t = partial + ${number} * ${elements};`
        : `float t[${this.#scalarStride * vector.lanes}] __attribute__((aligned(64)));`;
    const source = isPacked ? packedAt : this.#scalarSource();
    const chunk = isPacked ? `chunk * ${this.#size(reduction.inner)}` : 'chunk';
    const last = this.#lastPiece();
    const isUneven = !isPacked && last !== scalar.pieces.size;
    const call = (size: number): string => `${name}_tile${size}(v, ${source}, ${chunk}, t, goes_on);`;
    const isLast = `first_s + ${scalar.pieces.size} > ${this.#extent(scalar.pieces.axis)}`;
    const indices = plan.extents
      .map((_, axis) => axis)
      .filter((axis) => axis < this.program.extents.length)
      .map((axis) =>
        axis === scalar.pieces.axis || axis === vector.pieces.axis || scalar.pieces.whole.includes(axis)
          ? '0'
          : `i${axis}`,
      );
    return `${target}
${isUneven ? `if (${isLast}) ${call(last)} else ${call(scalar.pieces.size)}` : call(scalar.pieces.size)}
if (is_last) ${name}_store(buffers, t, first_s, first_v${indices.map((index) => `, ${index}`).join('')});`;
  }

  /** Where the scalar operand's elements of a tile begin, if it is not packed. */
  #scalarSource(): string {
    const { scalar, reduction, batch } = this.plan;
    const { padded, pieces } = scalar;
    if (!padded)
      return this.#at(
        scalar.operand,
        [...batch, ...pieces.outer, ...reduction.outer],
        'scalar_operand',
        pieces,
        'first_s',
      );
    const { index } = padded;
    const step = (axis: number): number => index.coefficients[axis] ?? 0;
    const isFree = padded.free.some(({ axis }) => axis === reduction.axis);
    return `padded + ${index.offset} + ${sumOf([
      ...pieces.outer.map((axis) => [step(axis), `i${axis}`] as const),
      [step(pieces.axis), 'first_s'],
      [isFree ? 0 : step(reduction.axis), 'start'],
    ])}`;
  }

  #callPack(side: 'v' | 's', operand: Factor, pieces: Pieces, source: string, to: string, first: string): string {
    const { plan, name } = this;
    const { reduction, batch } = plan;
    const fixed = new Set([...batch, ...pieces.outer, ...reduction.outer]);
    const indices = plan.extents.map((_, axis) => (fixed.has(axis) ? `i${axis}` : '0'));
    const at = this.#at(operand, [...fixed], source, pieces, first);
    return `${name}_pack_${side}(${at}, ${to}, ${first}, start, chunk, ${indices.join(', ')});`;
  }

  #at({ index }: Factor, axes: readonly number[], source: string, pieces: Pieces, first: string): string {
    const step = (axis: number): number => index.coefficients[axis] ?? 0;
    return `${source} + ${sumOf([
      ...axes.map((axis) => [step(axis), `i${axis}`] as const),
      [step(pieces.axis), first],
      [step(this.plan.reduction.axis), 'start'],
    ])}`;
  }

  /** The operand at some axes and all batch axes. */
  #fixed({ index }: Factor, axes: readonly number[], source: string): string {
    const all = [...this.plan.batch, ...axes];
    return `${source} + ${sumOf(all.map((axis) => [index.coefficients[axis] ?? 0, `i${axis}`] as const))}`;
  }

  #walk(size: number): ScalarWalk {
    const { scalar, reduction, extents } = this.plan;
    if (scalar.mode === 'packed')
      return {
        offsets: Array.from({ length: this.#scalarLanes }, (_, lane) => lane),
        loops: [{ extent: 0, step: this.#scalarStride }],
      };
    const { coefficients } = (scalar.padded ?? scalar.operand).index;
    const step = (axis: number): number => coefficients[axis] ?? 0;
    let offsets = Array.from({ length: size }, (_, i) => i * step(scalar.pieces.axis));
    for (const axis of scalar.pieces.whole)
      offsets = offsets.flatMap((offset) => Array.from({ length: extents[axis]! }, (_, i) => offset + i * step(axis)));
    const axes = reduction.axis < 0 ? [] : [reduction.axis, ...reduction.inner];
    return {
      offsets,
      loops:
        axes.length === 0
          ? [{ extent: 1, step: 0 }]
          : axes.map((axis) => ({ extent: extents[axis]!, step: step(axis) })),
    };
  }

  #reductionLoops(body: string): string {
    const { reduction } = this.plan;
    const extent = this.#extent(reduction.axis);
    return `${this.#open(reduction.outer)}
for (long start = 0; start < ${extent}; start += ${reduction.chunk}) {
const long chunk = start + ${reduction.chunk} < ${extent} ? ${reduction.chunk} : ${extent} - start;
${body}
}
${'}'.repeat(reduction.outer.length)}`;
  }

  #open(axes: readonly number[], _pragma?: string): string {
    return axes.map((axis) => `for (long i${axis} = 0; i${axis} < ${this.#extent(axis)}; i${axis}++) {`).join('\n');
  }

  /** Indices of the axes from their flat number. */
  #decode(axes: readonly number[], flat: string): string {
    let divisor = 1;
    return axes
      .toReversed()
      .map((axis) => {
        const text = `const long i${axis} = ${flat} / ${divisor} % ${this.#extent(axis)};`;
        divisor *= this.#extent(axis);
        return text;
      })
      .join(' ');
  }

  /** Indices of the outer axes and the first index of the one that is cut, from the number of a piece. */
  #decodePieces({ outer, count, size }: Pieces, flat: string, first: string): string {
    return `const long ${first} = ${flat} % ${count} * ${size};
${this.#decode(outer, `(${flat} / ${count})`)}`;
  }

  /** How far the outermost free axis of a padded copy goes. */
  #firstFree(): string {
    const [first] = this.plan.scalar.padded!.free;
    return first === undefined ? '1' : first.axis === this.plan.reduction.axis ? 'chunk' : String(first.extent);
  }

  /** Indices in the last piece of the scalar side. */
  #lastPiece(): number {
    const { axis, size, count } = this.plan.scalar.pieces;
    return this.#extent(axis) - (count - 1) * size;
  }

  #extent(axis: number): number {
    return axis < 0 ? 1 : this.plan.extents[axis]!;
  }

  #size(axes: readonly number[]): number {
    return axes.reduce((size, axis) => size * this.#extent(axis), 1);
  }
}

/** Rounded up to whole cache lines. */
function lines(bytes: number): number {
  return Math.ceil(bytes / 64) * 64;
}
