import { products } from '@adjoint/core/backend';
import {
  add,
  div,
  fourLanes,
  i32,
  load,
  mul,
  op,
  rem,
  select,
  smaller,
  type Callable,
  type Four,
  type Local,
} from '../assembler/index.js';
import { TILE } from '../contraction/multiply.js';
import { share } from '../team/share.js';
import { ENTRY, type OutputLayout } from './layout.js';
import type { StoreRowsParameters } from './store-outputs.js';
import type { FilterTransformParameters, OutputTransformParameters } from './transforms.js';
import type { DirectOutputsParameters, MarkFilterParameters } from './uneven.js';
import { WinogradWriter, type Job, type WinogradFunctions, type Word } from './winograd-writer.js';

export interface OutputFunctions extends WinogradFunctions {
  readonly transformFilters: Callable<FilterTransformParameters>;
  readonly transformOutputs: Callable<OutputTransformParameters>;
  readonly storeRows: Callable<StoreRowsParameters>;
  readonly markFilter: Callable<MarkFilterParameters>;
  readonly directOutputs: Callable<DirectOutputsParameters>;
}

/**
 * y = x ∗ w: the filters are transformed first, then every job transforms its tiles, multiplies, and transforms back.
 */
export class OutputWriter extends WinogradWriter<OutputLayout, OutputFunctions> {
  write(): void {
    const { f, threads } = this;
    const { images, jobsPerImage } = this.tiling;
    const [inputs, sums, results] = [this.part('inputs'), this.part('sums'), this.part('results')];
    const planes = this.part('planes');
    this.#transformFilters();
    this.#markFilters();
    threads.barrier();
    const isAnyUneven = this.#isAnyFilterUneven();
    const jobs = share(f, threads, images * jobsPerImage);
    f.for(jobs.begin, jobs.end, 1, (index) => {
      const job = this.openJob(index);
      this.copyInputs(job, planes);
      const quads = f.let(div(add(job.tiles, i32(3)), i32(4)));
      this.#transformInputs(quads, planes, inputs);
      this.#multiply(job, inputs, sums);
      this.#storeFilters(job, quads, { planes, sums, results, isAnyUneven });
    });
  }

  /** Filters, as panels of four: [product][panel][channel][filter]. */
  #transformFilters(): void {
    const { f, tiling, functions, memory, threads, problem } = this;
    const { other, channel: channelAxis, filter: filterAxis, taps } = problem.convolution;
    const { buffer, index } = other;
    const step = (axis: number): Word => i32(4 * (index.coefficients[axis] ?? 0));
    const { begin, end } = share(f, threads, tiling.filterPanels * tiling.channels);
    f.for(begin, end, 1, (place) => {
      const panel = f.let(div(place, i32(tiling.channels)));
      const channel = f.let(rem(place, i32(tiling.channels)));
      const start = add(memory.buffers[buffer]!, i32(4 * index.offset));
      const base = f.let(add(start, mul(channel, step(channelAxis))));
      const filters = fourLanes((lane) => {
        const filter = f.let(add(mul(panel, i32(4)), i32(lane)));
        const address = add(base, mul(filter, step(filterAxis)));
        return f.let(select(op('i32.lt_s', filter, i32(tiling.filters)), address, i32(0)));
      });
      f.call(functions.transformFilters, {
        filters,
        downBytes: step(taps[0]),
        out: add(memory.scratch, mul(place, i32(TILE.rows * 4))),
        productBytes: i32(problem.layout.strides.filters),
        acrossBytes: step(taps[1]),
      });
    });
  }

  /** Where the taps of a filter are, and how they follow each other. */
  #tapsOf(filter: Word) {
    const { convolution } = this.problem;
    const { buffer, index } = convolution.other;
    const step = (axis: number): Word => i32(4 * (index.coefficients[axis] ?? 0));
    const start = add(this.memory.buffers[buffer]!, i32(4 * index.offset));
    return {
      filter: add(start, mul(filter, step(convolution.filter))),
      channels: i32(this.tiling.channels),
      channelBytes: step(convolution.channel),
      downBytes: step(convolution.taps[0]),
      acrossBytes: step(convolution.taps[1]),
    };
  }

  #markFilters(): void {
    const { f, functions, threads, memory } = this;
    const marks = f.let(add(memory.scratch, i32(this.problem.layout.marks)));
    const { begin, end } = share(f, threads, this.tiling.filters);
    f.for(begin, end, 1, (filter) =>
      f.call(functions.markFilter, { ...this.#tapsOf(filter), mark: add(marks, mul(filter, i32(4))) }),
    );
  }

  #isAnyFilterUneven(): Local<'i32'> {
    const { f, memory } = this;
    const mark = f.let(add(memory.scratch, i32(this.problem.layout.marks)));
    const isAny = f.let(i32(0));
    f.for(i32(0), i32(this.tiling.filters), 1, () => {
      f.set(isAny, op('i32.or', isAny, load('i32.load', mark)));
      f.set(mark, add(mark, i32(4)));
    });
    return isAny;
  }

  /** Tiles of the input, as panels of eight: [product][panel][channel][tile]. */
  #transformInputs(quads: Word, planes: Word, inputs: Word): void {
    const { f, functions, tiling, problem } = this;
    f.for(i32(0), quads, 1, (quad) => {
      const patches = this.#tilePointers(quad, ENTRY.input, planes);
      const out = f.let(add(inputs, this.quadOffset(quad, tiling.channels * TILE.columns * 4)));
      f.for(i32(0), i32(tiling.channels), 1, () => {
        f.call(functions.transformInput, {
          patches,
          rowBytes: i32(tiling.input.width * 4),
          out,
          productBytes: i32(problem.layout.strides.inputs),
        });
        patches.forEach((patch) => f.set(patch, add(patch, i32(tiling.input.bytes))));
        f.set(out, add(out, i32(TILE.columns * 4)));
      });
    });
  }

  /** One matrix product for each pair of input positions, summed over channels. */
  #multiply({ tiles }: Job, inputs: Word, sums: Word): void {
    const { f, functions, memory, tiling } = this;
    const { strides } = this.problem.layout;
    const panels = f.let(div(add(tiles, i32(TILE.columns - 1)), i32(TILE.columns)));
    f.for(i32(0), i32(products), 1, (p) =>
      f.call(functions.multiply, {
        left: add(memory.scratch, mul(p, i32(strides.filters))),
        leftPanelBytes: i32(tiling.channels * TILE.rows * 4),
        rowPanels: i32(tiling.filterPanels),
        right: add(inputs, mul(p, i32(strides.inputs))),
        rightPanelBytes: i32(tiling.channels * TILE.columns * 4),
        columnPanels: panels,
        depth: i32(tiling.channels),
        tiles: add(sums, mul(p, i32(strides.sums))),
        accumulate: i32(0),
      }),
    );
  }

  /** Transforms the sums of each filter back to outputs and stores their rows. */
  #storeFilters(
    { image, firstRow, tiles }: Job,
    quads: Word,
    { planes, sums, results, isAnyUneven }: Readonly<Record<'planes' | 'sums' | 'results' | 'isAnyUneven', Word>>,
  ): void {
    const { f, functions, memory, problem } = this;
    const { filters, filterPanels, jobRows, positions, input, outputs } = this.tiling;
    const rowBytes = i32(outputs.width * 4);
    const endRow = f.let(smaller(mul(add(firstRow, i32(jobRows)), i32(4)), i32(positions[0])));
    f.for(i32(0), i32(filters), 1, (filter) => {
      const own = f.let(add(sums, this.filterOffset(filter)));
      f.for(i32(0), quads, 1, (quad) =>
        f.call(functions.transformOutputs, {
          tiles: this.#tilePointers(quad, ENTRY.outputs, results),
          rowBytes,
          from: add(own, this.quadOffset(quad, filterPanels * TILE.bytes)),
          productBytes: i32(problem.layout.strides.sums),
        }),
      );
      f.for(i32(0), tiles, 1, (tile) => {
        const entry = f.let(add(this.own, mul(tile, i32(ENTRY.bytes))));
        f.if(op('i32.or', isAnyUneven, load('i32.load', entry, ENTRY.uneven)), () =>
          f.call(functions.directOutputs, {
            ...this.#tapsOf(filter),
            patch: add(planes, load('i32.load', entry, ENTRY.input)),
            planeBytes: i32(input.bytes),
            rowBytes: i32(input.width * 4),
            out: add(results, load('i32.load', entry, ENTRY.outputs)),
            outRowBytes: rowBytes,
          }),
        );
      });
      f.call(functions.storeRows, {
        results,
        rowBytes,
        filter,
        image,
        firstRow: mul(firstRow, i32(4)),
        endRow,
        buffers: memory.buffers,
      });
    });
  }

  /** Addresses of four tiles in a plane; `column` is that of the job's table. */
  #tilePointers(quad: Local<'i32'>, column: number, plane: Word): Four<Local<'i32'>> {
    const entry = this.f.let(add(this.own, mul(quad, i32(4 * ENTRY.bytes))));
    return fourLanes((lane) => this.f.let(add(plane, load('i32.load', entry, ENTRY.bytes * lane + column))));
  }
}
