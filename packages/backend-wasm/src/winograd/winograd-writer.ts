import type { Factor, LoopProgram, WinogradConvolution } from '@adjoint/core';
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
import { rangeOf, type Layout, type Plane } from './layout.js';
import type { PatchTransformParameters } from './transforms.js';

/** The functions that all of these convolutions call. */
export interface WinogradFunctions {
  readonly multiply: Callable<MultiplyParameters>;
  readonly copyPlane: Callable<CopyPlaneParameters>;
  readonly transformInput: Callable<PatchTransformParameters>;
}

export interface WinogradMemory {
  readonly scratch: Code<'i32'>;
  readonly buffers: readonly Code<'i32'>[];
}

export type Word = Code<'i32'>;

/**
 * Writes the code of a 3×3 convolution of stride 1, or of the gradient of its kernel, by minimal filtering (Lavin & Gray
 * 2016): tiles are transformed four at a time, 36 small matrix products take the place of one with four times as many
 * multiplications, and their results are transformed back, piece by piece of an image. This is what both share.
 */
export abstract class WinogradWriter<Functions extends WinogradFunctions> {
  /** This thread's scratch memory, which begins with the table of tiles. */
  protected readonly own: Local<'i32'>;

  constructor(
    readonly f: FunctionBuilder,
    readonly program: LoopProgram,
    readonly convolution: WinogradConvolution,
    readonly layout: Layout,
    readonly functions: Functions,
    readonly memory: WinogradMemory,
    readonly threads: Threads,
    readonly barrier: () => void,
  ) {
    this.own = f.let(add(memory.scratch, add(i32(layout.shared), mul(threads.thread, i32(layout.ownBytes)))));
  }

  abstract write(): void;

  /** Notes where the job's tiles stand in its planes: a table of [place in input, place in outputs]. */
  protected openJob(job: Local<'i32'>): { readonly firstRow: Local<'i32'>; readonly count: Local<'i32'> } {
    const { f, layout } = this;
    const [down, across] = layout.tiles;
    const firstRow = f.let(mul(rem(job, i32(layout.jobsPerImage)), i32(layout.jobRows)));
    const left = f.let(sub(i32(down), firstRow));
    const count = f.let(mul(smaller(left, i32(layout.jobRows)), i32(across)));
    const entry = f.let(this.own);
    f.for(i32(0), i32(Math.ceil(layout.jobTiles / TILE.columns) * TILE.columns), 1, (index) => {
      // Lanes behind the last tile repeat it.
      const last = f.let(sub(count, i32(1)));
      const tile = f.let(smaller(index, last));
      const place = ({ width }: Plane): Word =>
        mul(add(mul(div(tile, i32(across)), i32(width)), rem(tile, i32(across))), i32(16));
      f.store('i32.store', entry, place(layout.input));
      f.store('i32.store', entry, place(layout.outputs), 4);
      f.set(entry, add(entry, i32(8)));
    });
    return { firstRow, count };
  }

  /** Copies an operand's planes of an image, from the job's first row on, with zeros where it has no elements. */
  protected copyPlanes(
    operand: Factor,
    axis: number,
    image: Local<'i32'>,
    firstTileRow: Local<'i32'>,
    plane: Plane,
    out: Word,
    halo: number,
  ): void {
    const { f, convolution, layout, memory } = this;
    const { coefficients, offset } = operand.index;
    const step = (of: number | undefined): number => 4 * (of === undefined ? 0 : (coefficients[of] ?? 0));
    const [down, across] = convolution.positions;
    const rows = rangeOf(operand, down, layout.positions[0] + halo);
    const columns = rangeOf(operand, across, layout.positions[1] + halo);
    const first = f.let(mul(firstTileRow, i32(4)));
    const source = f.let(
      add(add(memory.buffers[operand.buffer]!, i32(4 * offset)), mul(image, i32(step(convolution.image)))),
    );
    f.set(source, add(source, mul(first, i32(step(down)))));
    const bound = (row: number): Local<'i32'> => {
      const relative = f.let(sub(i32(row), first));
      f.set(relative, larger(relative, i32(0)));
      f.set(relative, smaller(relative, i32(plane.rows)));
      return relative;
    };
    const [top, bottom] = [bound(rows.low), bound(rows.high)];
    const to = f.let(out);
    f.for(i32(0), i32(axis === convolution.channel ? layout.channels : layout.filters), 1, () => {
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
      f.set(source, add(source, i32(step(axis))));
      f.set(to, add(to, i32(plane.bytes)));
    });
  }

  /** Four lanes of a column panel: halves of panels that are `panelBytes` apart. */
  protected halfPanel(quad: Local<'i32'> | Word, panelBytes: Word): Word {
    return add(mul(op('i32.shr_u', quad, i32(1)), panelBytes), mul(op('i32.and', quad, i32(1)), i32(16)));
  }

  protected part(name: keyof Layout['own']): Local<'i32'> {
    return this.f.let(add(this.own, i32(this.layout.own[name])));
  }
}
