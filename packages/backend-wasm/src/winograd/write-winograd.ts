import type { Factor, LoopProgram, WinogradConvolution } from '@adjoint/core';
import {
  add,
  div,
  i32,
  larger,
  load,
  mul,
  op,
  rem,
  select,
  smaller,
  sub,
  type Callable,
  type Code,
  type FunctionBuilder,
  type Local,
} from '../assembler/index.js';
import { TILE } from '../contraction/multiply.js';
import { share, type Threads } from '../program/share.js';
import { products, rangeOf, type Layout, type Plane } from './layout.js';

/** The functions that these convolutions call; all but the last serve all of them. */
export interface WinogradFunctions {
  readonly multiply: Callable;
  readonly copyPlane: Callable;
  readonly transformInput: Callable;
  /** Of 3 × 3 taps, for outputs; of 4 × 4 cotangents, for the gradient of a kernel. */
  readonly transformOther: Callable;
  readonly transformBack: Callable;
  readonly addInto: Callable;
  readonly store: Callable;
}

export interface WinogradMemory {
  readonly scratch: Code<'i32'>;
  readonly buffers: readonly Code<'i32'>[];
}

type Word = Code<'i32'>;

/**
 * Writes the code of a 3×3 convolution of stride 1, or of the gradient of its kernel, by minimal filtering (Lavin & Gray
 * 2016): tiles are transformed four at a time, 36 small matrix products take the place of one with four times as many
 * multiplications, and their results are transformed back, piece by piece of an image.
 */
export class WinogradWriter {
  readonly #own: Local<'i32'>;

  constructor(
    readonly f: FunctionBuilder,
    readonly program: LoopProgram,
    readonly convolution: WinogradConvolution,
    readonly layout: Layout,
    readonly functions: WinogradFunctions,
    readonly memory: WinogradMemory,
    readonly threads: Threads,
    readonly barrier: () => void,
  ) {
    this.#own = f.let(add(memory.scratch, add(i32(layout.shared), mul(threads.thread, i32(layout.ownBytes)))));
  }

  write(): void {
    if (this.convolution.of === 'output') this.#writeOutput();
    else this.#writeKernel();
  }

  #writeOutput(): void {
    const { f, layout, functions, memory, threads } = this;
    const { channels, filters, filterPanels, jobsPerImage, images, positions, jobRows, outputs } = layout;
    const [inputs, sums, results] = [this.#part('first'), this.#part('second'), this.#part('results')];
    const { shared: kernelBytes, first: inputBytes, second: sumBytes } = layout.strides;

    this.#transformKernels(kernelBytes);
    this.barrier();
    const jobs = share(f, threads, images * jobsPerImage);
    f.for(jobs.begin, jobs.end, 1, (job) => {
      const image = f.let(div(job, i32(jobsPerImage)));
      const { firstRow, count } = this.#openJob(job);
      this.#copyPlanes(
        this.convolution.input,
        this.convolution.channel,
        image,
        firstRow,
        layout.input,
        this.#part('planes'),
        2,
      );
      const groups = f.let(div(add(count, i32(3)), i32(4)));
      f.for(i32(0), groups, 1, (group) => {
        const pointers = this.#tilePointers(group, 0, this.#part('planes'));
        const out = f.let(add(inputs, this.#halfPanel(group, i32(channels * TILE.columns * 4))));
        f.for(i32(0), i32(channels), 1, () => {
          f.call(functions.transformInput, [...pointers, i32(layout.input.width * 4), out, i32(inputBytes), i32(0)]);
          pointers.forEach((pointer) => f.set(pointer, add(pointer, i32(layout.input.bytes))));
          f.set(out, add(out, i32(TILE.columns * 4)));
        });
      });
      const panels = f.let(div(add(count, i32(TILE.columns - 1)), i32(TILE.columns)));
      f.for(i32(0), i32(products), 1, (p) =>
        f.call(functions.multiply, [
          add(memory.scratch, mul(p, i32(kernelBytes))),
          i32(channels * TILE.rows * 4),
          i32(filterPanels),
          add(inputs, mul(p, i32(inputBytes))),
          i32(channels * TILE.columns * 4),
          panels,
          i32(channels),
          add(sums, mul(p, i32(sumBytes))),
          i32(0),
        ]),
      );
      const endRow = f.let(smaller(mul(add(firstRow, i32(jobRows)), i32(4)), i32(positions[0])));
      f.for(i32(0), i32(filters), 1, (filter) => {
        const own = f.let(add(sums, add(mul(div(filter, i32(4)), i32(TILE.bytes)), mul(rem(filter, i32(4)), i32(32)))));
        f.for(i32(0), groups, 1, (group) => {
          const pointers = this.#tilePointers(group, 4, results);
          const from = add(own, this.#halfPanel(group, i32(filterPanels * TILE.bytes)));
          f.call(functions.transformBack, [...pointers, i32(outputs.width * 4), from, i32(sumBytes), i32(0)]);
        });
        const firstOutput = mul(firstRow, i32(4));
        f.call(functions.store, [
          results,
          i32(outputs.width * 4),
          filter,
          image,
          firstOutput,
          endRow,
          ...memory.buffers,
        ]);
      });
    });
  }

  #writeKernel(): void {
    const { f, layout, functions, memory, threads, convolution } = this;
    const { channels, filters, filterPanels, jobsPerImage, images, groups, jobTiles } = layout;
    const [inputs, others, results] = [this.#part('first'), this.#part('second'), this.#part('results')];
    const planes = this.#part('planes');
    const otherPlanes = f.let(add(planes, i32(channels * layout.input.bytes)));
    const channelPanels = Math.ceil(channels / TILE.columns);
    const { shared: sumBytes, first: inputBytes, second: otherBytes } = layout.strides;

    const own = share(f, threads, groups);
    f.for(own.begin, own.end, 1, (group) => {
      const sums = f.let(add(memory.scratch, mul(group, i32(products * sumBytes))));
      const boundary = (index: Word): Word => mul(div(mul(index, i32(images)), i32(groups)), i32(jobsPerImage));
      const first = f.let(boundary(group));
      f.for(first, f.let(boundary(add(group, i32(1)))), 1, (job) => {
        const image = f.let(div(job, i32(jobsPerImage)));
        const { firstRow, count } = this.#openJob(job);
        this.#copyPlanes(convolution.input, convolution.channel, image, firstRow, layout.input, planes, 2);
        this.#copyPlanes(convolution.other, convolution.filter, image, firstRow, layout.outputs, otherPlanes, 0);
        f.for(i32(0), count, 1, (tile) => {
          const entry = f.let(add(this.#own, op('i32.shl', tile, i32(3))));
          this.#transformPlanes(
            functions.transformInput,
            add(planes, load('i32.load', entry)),
            layout.input,
            channels,
            (quad) => [
              add(
                add(inputs, mul(tile, i32(TILE.columns * 4))),
                this.#halfPanel(quad, i32(jobTiles * TILE.columns * 4)),
              ),
              inputBytes,
            ],
          );
          this.#transformPlanes(
            functions.transformOther,
            add(otherPlanes, load('i32.load', entry, 4)),
            layout.outputs,
            filters,
            (quad) => [add(others, mul(add(mul(quad, i32(jobTiles)), tile), i32(TILE.rows * 4))), otherBytes],
          );
        });
        f.for(i32(0), i32(products), 1, (p) =>
          f.call(functions.multiply, [
            add(others, mul(p, i32(otherBytes))),
            i32(jobTiles * TILE.rows * 4),
            i32(filterPanels),
            add(inputs, mul(p, i32(inputBytes))),
            i32(jobTiles * TILE.columns * 4),
            i32(channelPanels),
            count,
            add(sums, mul(p, i32(sumBytes))),
            op('i32.gt_s', job, first),
          ]),
        );
      });
    });
    this.barrier();
    // Groups are added in their order, whoever computed them.
    const parts = share(f, threads, products * sumBytes, 64);
    f.for(i32(1), i32(groups), 1, (group) => {
      const to = add(memory.scratch, parts.begin);
      f.call(functions.addInto, [to, add(to, mul(group, i32(products * sumBytes))), sub(parts.end, parts.begin)]);
    });
    this.barrier();
    const ownFilters = share(f, threads, filters);
    f.for(ownFilters.begin, ownFilters.end, 1, (filter) =>
      f.for(i32(0), i32(channels), 4, (channel) => {
        const column = this.#halfPanel(op('i32.shr_u', channel, i32(2)), i32(filterPanels * TILE.bytes));
        const row = add(mul(div(filter, i32(4)), i32(TILE.bytes)), mul(rem(filter, i32(4)), i32(32)));
        f.call(functions.transformBack, [add(memory.scratch, add(column, row)), i32(sumBytes), results]);
        const end = f.let(smaller(add(channel, i32(4)), i32(channels)));
        f.call(functions.store, [results, filter, channel, end, ...memory.buffers]);
      }),
    );
  }

  /** Kernels, as panels of four filters: [product][panel][channel][filter]. */
  #transformKernels(productBytes: number): void {
    const { f, layout, functions, memory, threads, convolution } = this;
    const { buffer, index } = convolution.other;
    const step = (axis: number): Word => i32(4 * (index.coefficients[axis] ?? 0));
    const { begin, end } = share(f, threads, layout.filterPanels * layout.channels);
    f.for(begin, end, 1, (place) => {
      const panel = f.let(div(place, i32(layout.channels)));
      const channel = f.let(rem(place, i32(layout.channels)));
      const base = f.let(
        add(add(memory.buffers[buffer]!, i32(4 * index.offset)), mul(channel, step(convolution.channel))),
      );
      const pointers = [0, 1, 2, 3].map((lane) => {
        const filter = f.let(add(mul(panel, i32(4)), i32(lane)));
        const address = add(base, mul(filter, step(convolution.filter)));
        return f.let(select(op('i32.lt_s', filter, i32(layout.filters)), address, i32(0)));
      });
      const out = add(memory.scratch, mul(place, i32(TILE.rows * 4)));
      const [down, across] = convolution.taps.map(step) as [Word, Word];
      f.call(functions.transformOther, [...pointers, down, out, i32(productBytes), across]);
    });
  }

  /** Notes where the job's tiles stand in its planes: a table of [place in input, place in outputs]. */
  #openJob(job: Local<'i32'>): { readonly firstRow: Local<'i32'>; readonly count: Local<'i32'> } {
    const { f, layout } = this;
    const [down, across] = layout.tiles;
    const firstRow = f.let(mul(rem(job, i32(layout.jobsPerImage)), i32(layout.jobRows)));
    const left = f.let(sub(i32(down), firstRow));
    const count = f.let(mul(smaller(left, i32(layout.jobRows)), i32(across)));
    const entry = f.let(this.#own);
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

  /** Addresses of four tiles in a plane; `column` is that of the job's table, in bytes. */
  #tilePointers(group: Local<'i32'>, column: number, plane: Word): Local<'i32'>[] {
    const entry = this.f.let(add(this.#own, mul(group, i32(32))));
    return [0, 1, 2, 3].map((lane) => this.f.let(add(plane, load('i32.load', entry, 8 * lane + column))));
  }

  /** Copies an operand's planes of an image, from the job's first row on, with zeros where it has no elements. */
  #copyPlanes(
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
      f.call(this.functions.copyPlane, [
        source,
        i32(step(down)),
        i32(step(across)),
        to,
        i32(plane.width),
        i32(plane.rows),
        top,
        bottom,
        i32(columns.low),
        i32(columns.high),
      ]);
      f.set(source, add(source, i32(step(axis))));
      f.set(to, add(to, i32(plane.bytes)));
    });
  }

  /** Transforms a tile of all planes, four at a time; lanes behind the last plane repeat it. */
  #transformPlanes(
    transform: Callable,
    tile: Word,
    plane: Plane,
    count: number,
    target: (quad: Local<'i32'>) => readonly [out: Word, productBytes: number],
  ): void {
    const { f } = this;
    const base = f.let(tile);
    f.for(i32(0), i32(Math.ceil(count / 4)), 1, (quad) => {
      const pointers = [0, 1, 2, 3].map((lane) => {
        const index = f.let(add(mul(quad, i32(4)), i32(lane)));
        return add(base, mul(smaller(index, i32(count - 1)), i32(plane.bytes)));
      });
      const [out, productBytes] = target(quad);
      f.call(transform, [...pointers, i32(plane.width * 4), out, i32(productBytes), i32(0)]);
    });
  }

  /** Four lanes of a column panel: halves of panels that are `panelBytes` apart. */
  #halfPanel(quad: Local<'i32'> | Word, panelBytes: Word): Word {
    return add(mul(op('i32.shr_u', quad, i32(1)), panelBytes), mul(op('i32.and', quad, i32(1)), i32(16)));
  }

  #part(name: keyof Layout['own']): Local<'i32'> {
    return this.f.let(add(this.#own, i32(this.layout.own[name])));
  }
}
