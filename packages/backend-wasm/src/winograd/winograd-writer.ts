import { presentRange, type Factor, type LoopProgram, type WinogradConvolution } from '@adjoint/core/backend';
import {
  add,
  div,
  i32,
  larger,
  mul,
  op,
  rem,
  smaller,
  sub,
  type Callable,
  type Code,
  type FunctionBuilder,
  type Local,
} from '../assembler/index.js';
import { TILE, type MultiplyParameters } from '../contraction/multiply.js';
import type { Threads } from '../team/share.js';
import type { CopyPlaneParameters } from './copy-plane.js';
import { ENTRY, type Layout } from './layout.js';
import type { Plane, Tiling } from './tiling.js';
import type { PatchTransformParameters } from './transforms.js';
import type { MarkUnevenParameters } from './uneven.js';

/** A convolution and where it keeps what lies between its stages. */
export interface WinogradProblem<L extends Layout> {
  readonly program: LoopProgram;
  readonly convolution: WinogradConvolution;
  readonly layout: L;
}

/** The functions that all of these convolutions call. */
export interface WinogradFunctions {
  readonly multiply: Callable<MultiplyParameters>;
  readonly copyPlane: Callable<CopyPlaneParameters>;
  readonly transformInput: Callable<PatchTransformParameters>;
  readonly markUneven: Callable<MarkUnevenParameters>;
}

export interface WinogradMemory {
  readonly scratch: Code<'i32'>;
  /** The address of each of the program's buffers. */
  readonly buffers: readonly Code<'i32'>[];
}

export type Word = Code<'i32'>;

/** A few rows of tiles of one image. */
export interface Job {
  readonly image: Local<'i32'>;
  /** Its first row of tiles. */
  readonly firstRow: Local<'i32'>;
  readonly tiles: Local<'i32'>;
}

/** Planes of an operand, one for each index along an axis. */
interface Planes {
  readonly operand: Factor;
  readonly axis: number;
  readonly count: number;
  readonly plane: Plane;
  /** Rows and columns of an image that the convolution reads. */
  readonly reach: readonly [number, number];
}

/**
 * Writes the code of a 3×3 convolution of stride 1, or of the gradient of its weight, by minimal filtering (Lavin & Gray
 * 2016): tiles are transformed four at a time, 36 small matrix products take the place of one with four times as many
 * multiplications, and their results are transformed back, piece by piece of an image. This is what both share.
 */
export abstract class WinogradWriter<L extends Layout, Functions extends WinogradFunctions> {
  /** This thread's scratch memory, which begins with the table of tiles. */
  protected readonly own: Local<'i32'>;
  protected readonly tiling: Tiling;

  constructor(
    readonly f: FunctionBuilder,
    readonly problem: WinogradProblem<L>,
    readonly functions: Functions,
    readonly memory: WinogradMemory,
    readonly threads: Threads,
  ) {
    const { sharedBytes, ownBytes, tiling } = problem.layout;
    this.tiling = tiling;
    this.own = f.let(add(memory.scratch, add(i32(sharedBytes), mul(threads.thread, i32(ownBytes)))));
  }

  abstract write(): void;

  /** Notes where a job's tiles stand in its planes. */
  protected openJob(job: Local<'i32'>): Job {
    const { f, tiling } = this;
    const [down, across] = tiling.tiles;
    const image = f.let(div(job, i32(tiling.jobsPerImage)));
    const firstRow = f.let(mul(rem(job, i32(tiling.jobsPerImage)), i32(tiling.jobRows)));
    const left = f.let(sub(i32(down), firstRow));
    const tiles = f.let(mul(smaller(left, i32(tiling.jobRows)), i32(across)));
    const entry = f.let(this.own);
    f.for(i32(0), i32(tiling.tilePanels * TILE.columns), 1, (index) => {
      // Lanes after the last tile repeat it.
      const last = f.let(sub(tiles, i32(1)));
      const tile = f.let(smaller(index, last));
      const place = ({ width }: Plane): Word =>
        mul(add(mul(div(tile, i32(across)), i32(width)), rem(tile, i32(across))), i32(16));
      f.store('i32.store', entry, place(tiling.input), ENTRY.input);
      f.store('i32.store', entry, place(tiling.outputs), ENTRY.outputs);
      f.store('i32.store', entry, i32(0), ENTRY.uneven);
      f.set(entry, add(entry, i32(ENTRY.bytes)));
    });
    return { image, firstRow, tiles };
  }

  /** Copies all channels of the job's image, with what the taps reach. */
  protected copyInputs(job: Job, out: Word): void {
    const { input: operand, channel: axis } = this.problem.convolution;
    const { channels: count, input: plane, positions } = this.tiling;
    this.#copyPlanes(job, { operand, axis, count, plane, reach: [positions[0] + 2, positions[1] + 2] }, out);
  }

  /** Copies all filters of the job's cotangents. */
  protected copyCotangents(job: Job, out: Word): void {
    const { other: operand, filter: axis } = this.problem.convolution;
    const { filters: count, outputs: plane, positions } = this.tiling;
    this.#copyPlanes(job, { operand, axis, count, plane, reach: positions }, out);
  }

  /** Copies planes of a job's image, with zeros where the operand has no elements, and marks tiles that are uneven. */
  #copyPlanes({ image, firstRow, tiles }: Job, planes: Planes, out: Word): void {
    const { f, memory } = this;
    const { operand, plane, reach } = planes;
    const { positions, image: imageAxis } = this.problem.convolution;
    const { coefficients, offset } = operand.index;
    const step = (axis: number | undefined): number => 4 * (axis === undefined ? 0 : (coefficients[axis] ?? 0));
    const [down, across] = positions;
    const rows = presentRange(operand, down, reach[0]);
    const columns = presentRange(operand, across, reach[1]);
    const first = f.let(mul(firstRow, i32(4)));
    const start = add(memory.buffers[operand.buffer]!, i32(4 * offset));
    const source = f.let(add(start, mul(image, i32(step(imageAxis)))));
    f.set(source, add(source, mul(first, i32(step(down)))));
    const bound = (row: number): Local<'i32'> => {
      const relative = f.let(sub(i32(row), first));
      f.set(relative, larger(relative, i32(0)));
      f.set(relative, smaller(relative, i32(plane.rows)));
      return relative;
    };
    const [top, bottom] = [bound(rows.low), bound(rows.high)];
    const to = f.let(out);
    f.for(i32(0), i32(planes.count), 1, () => {
      f.call(this.functions.copyPlane, {
        source,
        downBytes: i32(step(down)),
        acrossBytes: i32(step(across)),
        out: to,
        width: i32(plane.width),
        rows: i32(plane.rows),
        top,
        bottom,
        left: i32(columns.low),
        right: i32(columns.high),
      });
      f.set(source, add(source, i32(step(planes.axis))));
      f.set(to, add(to, i32(plane.bytes)));
    });
    // A first row within the elements may be the second of its cell.
    f.call(this.functions.markUneven, {
      planes: out,
      planeBytes: i32(plane.bytes),
      count: i32(planes.count),
      rowBytes: i32(plane.width * 4),
      top: op('i32.shr_s', top, i32(1)),
      bottom: op('i32.shr_s', sub(bottom, i32(1)), i32(1)),
      left: i32(columns.low >> 1),
      right: i32((columns.high - 1) >> 1),
      perRow: i32(plane.width / 2),
      perTile: i32(plane === this.tiling.input ? 3 : 2),
      cells: add(this.own, i32(this.problem.layout.offsets['cells']!)),
      marks: add(this.own, i32(ENTRY.uneven)),
      markBytes: i32(ENTRY.bytes),
      tiles,
      across: i32(this.tiling.tiles[1]),
    });
  }

  /** The address of four lanes in column panels that are `panelBytes` apart; each panel is two such quads wide. */
  protected quadOffset(quad: Word, panelBytes: number): Word {
    return add(mul(op('i32.shr_u', quad, i32(1)), i32(panelBytes)), mul(op('i32.and', quad, i32(1)), i32(16)));
  }

  /** The offset of one filter's row in the tiles of a column panel, which hold four filters each. */
  protected filterOffset(filter: Word): Word {
    return add(mul(div(filter, i32(TILE.rows)), i32(TILE.bytes)), mul(rem(filter, i32(TILE.rows)), i32(32)));
  }

  /** The address of a part of this thread's scratch memory. */
  protected part(name: keyof L['offsets'] & string): Local<'i32'> {
    return this.f.let(add(this.own, i32(this.problem.layout.offsets[name]!)));
  }
}
