import {
  add,
  div,
  fourLanes,
  i32,
  load,
  mul,
  op,
  rem,
  smaller,
  sub,
  type Callable,
  type Local,
} from '../assembler/index.js';
import { TILE } from '../contraction/multiply.js';
import { share } from '../team/share.js';
import type { AddIntoParameters } from './add-into.js';
import { products, type Plane } from './layout.js';
import type { StoreTapsParameters } from './store-outputs.js';
import type { PatchTransformParameters, TapTransformParameters } from './transforms.js';
import { WinogradWriter, type WinogradFunctions, type Word } from './winograd-writer.js';

export interface WeightGradientFunctions extends WinogradFunctions {
  readonly addInto: Callable<AddIntoParameters>;
  readonly transformCotangent: Callable<PatchTransformParameters>;
  readonly transformTaps: Callable<TapTransformParameters>;
  readonly storeTaps: Callable<StoreTapsParameters>;
}

/** ∂w: both operands are transformed, their products summed over tiles and images, and the sums transformed back. */
export class WeightGradientWriter extends WinogradWriter<WeightGradientFunctions> {
  write(): void {
    const { f, layout, functions, memory, threads, convolution } = this;
    const { channels, filters, filterPanels, jobsPerImage, images, groups, jobTiles } = layout;
    const [inputs, others, results] = [this.part('first'), this.part('second'), this.part('results')];
    const planes = this.part('planes');
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
        const { firstRow, count } = this.openJob(job);
        this.copyPlanes(convolution.input, convolution.channel, image, firstRow, layout.input, planes, 2);
        this.copyPlanes(convolution.other, convolution.filter, image, firstRow, layout.outputs, otherPlanes, 0);
        f.for(i32(0), count, 1, (tile) => {
          const entry = f.let(add(this.own, op('i32.shl', tile, i32(3))));
          this.transformPlanes(
            functions.transformInput,
            add(planes, load('i32.load', entry)),
            layout.input,
            channels,
            (quad) => [
              add(
                add(inputs, mul(tile, i32(TILE.columns * 4))),
                this.halfPanel(quad, i32(jobTiles * TILE.columns * 4)),
              ),
              inputBytes,
            ],
          );
          this.transformPlanes(
            functions.transformCotangent,
            add(otherPlanes, load('i32.load', entry, 4)),
            layout.outputs,
            filters,
            (quad) => [add(others, mul(add(mul(quad, i32(jobTiles)), tile), i32(TILE.rows * 4))), otherBytes],
          );
        });
        f.for(i32(0), i32(products), 1, (p) =>
          f.call(functions.multiply, {
            left: add(others, mul(p, i32(otherBytes))),
            leftPanelBytes: i32(jobTiles * TILE.rows * 4),
            rowPanels: i32(filterPanels),
            right: add(inputs, mul(p, i32(inputBytes))),
            rightPanelBytes: i32(jobTiles * TILE.columns * 4),
            columnPanels: i32(channelPanels),
            depth: count,
            tiles: add(sums, mul(p, i32(sumBytes))),
            accumulate: op('i32.gt_s', job, first),
          }),
        );
      });
    });
    this.barrier();
    // Groups are added in their order, whoever computed them.
    const parts = share(f, threads, products * sumBytes, 64);
    f.for(i32(1), i32(groups), 1, (group) => {
      const to = add(memory.scratch, parts.begin);
      f.call(functions.addInto, {
        to,
        from: add(to, mul(group, i32(products * sumBytes))),
        bytes: sub(parts.end, parts.begin),
      });
    });
    this.barrier();
    const ownFilters = share(f, threads, filters);
    f.for(ownFilters.begin, ownFilters.end, 1, (filter) =>
      f.for(i32(0), i32(channels), 4, (channel) => {
        const column = this.halfPanel(op('i32.shr_u', channel, i32(2)), i32(filterPanels * TILE.bytes));
        const row = add(mul(div(filter, i32(4)), i32(TILE.bytes)), mul(rem(filter, i32(4)), i32(32)));
        f.call(functions.transformTaps, {
          from: add(memory.scratch, add(column, row)),
          productBytes: i32(sumBytes),
          out: results,
        });
        const end = f.let(smaller(add(channel, i32(4)), i32(channels)));
        f.call(functions.storeTaps, {
          results,
          filter,
          firstChannel: channel,
          endChannel: end,
          buffers: memory.buffers,
        });
      }),
    );
  }

  /** Transforms a tile of all planes, four at a time; lanes after the last plane repeat it. */
  private transformPlanes(
    transform: Callable<PatchTransformParameters>,
    tile: Word,
    plane: Plane,
    count: number,
    target: (quad: Local<'i32'>) => readonly [out: Word, productBytes: number],
  ): void {
    const { f } = this;
    const base = f.let(tile);
    f.for(i32(0), i32(Math.ceil(count / 4)), 1, (quad) => {
      const patches = fourLanes((lane) => {
        const index = f.let(add(mul(quad, i32(4)), i32(lane)));
        return add(base, mul(smaller(index, i32(count - 1)), i32(plane.bytes)));
      });
      const [out, productBytes] = target(quad);
      f.call(transform, { patches, rowBytes: i32(plane.width * 4), out, productBytes: i32(productBytes) });
    });
  }
}
