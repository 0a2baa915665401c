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
import { products } from './layout.js';
import type { StoreRowsParameters } from './store-outputs.js';
import type { FilterTransformParameters, OutputTransformParameters } from './transforms.js';
import { WinogradWriter, type WinogradFunctions, type Word } from './winograd-writer.js';

export interface OutputFunctions extends WinogradFunctions {
  readonly transformFilters: Callable<FilterTransformParameters>;
  readonly transformOutputs: Callable<OutputTransformParameters>;
  readonly storeRows: Callable<StoreRowsParameters>;
}

/** y = x ∗ w: the filters are transformed first, then every job transforms its tiles, multiplies, and transforms back. */
export class OutputWriter extends WinogradWriter<OutputFunctions> {
  write(): void {
    const { f, layout, functions, memory, threads } = this;
    const { channels, filters, filterPanels, jobsPerImage, images, positions, jobRows, outputs } = layout;
    const [inputs, sums, results] = [this.part('first'), this.part('second'), this.part('results')];
    const { shared: filterBytes, first: inputBytes, second: sumBytes } = layout.strides;

    this.transformFilters(filterBytes);
    this.barrier();
    const jobs = share(f, threads, images * jobsPerImage);
    f.for(jobs.begin, jobs.end, 1, (job) => {
      const image = f.let(div(job, i32(jobsPerImage)));
      const { firstRow, count } = this.openJob(job);
      this.copyPlanes(
        this.convolution.input,
        this.convolution.channel,
        image,
        firstRow,
        layout.input,
        this.part('planes'),
        2,
      );
      const groups = f.let(div(add(count, i32(3)), i32(4)));
      f.for(i32(0), groups, 1, (group) => {
        const pointers = this.tilePointers(group, 0, this.part('planes'));
        const out = f.let(add(inputs, this.halfPanel(group, i32(channels * TILE.columns * 4))));
        f.for(i32(0), i32(channels), 1, () => {
          f.call(functions.transformInput, {
            patches: pointers,
            rowBytes: i32(layout.input.width * 4),
            out,
            productBytes: i32(inputBytes),
          });
          pointers.forEach((pointer) => f.set(pointer, add(pointer, i32(layout.input.bytes))));
          f.set(out, add(out, i32(TILE.columns * 4)));
        });
      });
      const panels = f.let(div(add(count, i32(TILE.columns - 1)), i32(TILE.columns)));
      f.for(i32(0), i32(products), 1, (p) =>
        f.call(functions.multiply, {
          left: add(memory.scratch, mul(p, i32(filterBytes))),
          leftPanelBytes: i32(channels * TILE.rows * 4),
          rowPanels: i32(filterPanels),
          right: add(inputs, mul(p, i32(inputBytes))),
          rightPanelBytes: i32(channels * TILE.columns * 4),
          columnPanels: panels,
          depth: i32(channels),
          tiles: add(sums, mul(p, i32(sumBytes))),
          accumulate: i32(0),
        }),
      );
      const endRow = f.let(smaller(mul(add(firstRow, i32(jobRows)), i32(4)), i32(positions[0])));
      f.for(i32(0), i32(filters), 1, (filter) => {
        const own = f.let(add(sums, add(mul(div(filter, i32(4)), i32(TILE.bytes)), mul(rem(filter, i32(4)), i32(32)))));
        f.for(i32(0), groups, 1, (group) => {
          const pointers = this.tilePointers(group, 4, results);
          const from = add(own, this.halfPanel(group, i32(filterPanels * TILE.bytes)));
          f.call(functions.transformOutputs, {
            tiles: pointers,
            rowBytes: i32(outputs.width * 4),
            from,
            productBytes: i32(sumBytes),
          });
        });
        f.call(functions.storeRows, {
          results,
          rowBytes: i32(outputs.width * 4),
          filter,
          image,
          firstRow: mul(firstRow, i32(4)),
          endRow,
          buffers: memory.buffers,
        });
      });
    });
  }

  /** Filters, as panels of four: [product][panel][channel][filter]. */
  private transformFilters(productBytes: number): void {
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
      const filters = fourLanes((lane) => {
        const filter = f.let(add(mul(panel, i32(4)), i32(lane)));
        const address = add(base, mul(filter, step(convolution.filter)));
        return f.let(select(op('i32.lt_s', filter, i32(layout.filters)), address, i32(0)));
      });
      const out = add(memory.scratch, mul(place, i32(TILE.rows * 4)));
      const [down, across] = convolution.taps.map(step) as [Word, Word];
      f.call(functions.transformFilters, {
        filters,
        downBytes: down,
        out,
        productBytes: i32(productBytes),
        acrossBytes: across,
      });
    });
  }

  /** Addresses of four tiles in a plane; `column` is that of the job's table, in bytes. */
  private tilePointers(group: Local<'i32'>, column: number, plane: Word): Four<Local<'i32'>> {
    const entry = this.f.let(add(this.own, mul(group, i32(32))));
    return fourLanes((lane) => this.f.let(add(plane, load('i32.load', entry, 8 * lane + column))));
  }
}
