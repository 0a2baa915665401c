import { cacheLine, products } from '@adjoint/core/backend';
import {
  add,
  div,
  f32x4,
  fourLanes,
  i32,
  load,
  mul,
  op,
  smaller,
  sub,
  type Callable,
  type Local,
} from '../assembler/index.js';
import { TILE } from '../contraction/multiply.js';
import { share } from '../team/share.js';
import type { AddIntoParameters } from './add-into.js';
import { ENTRY, type WeightGradientLayout } from './layout.js';
import type { StoreTapsParameters } from './store-outputs.js';
import type { Plane } from './tiling.js';
import type { PatchTransformParameters, TapTransformParameters } from './transforms.js';
import type { DirectTapsParameters } from './uneven.js';
import { WinogradWriter, type Job, type WinogradFunctions, type Word } from './winograd-writer.js';

export interface WeightGradientFunctions extends WinogradFunctions {
  readonly addInto: Callable<AddIntoParameters>;
  readonly transformCotangent: Callable<PatchTransformParameters>;
  readonly transformTaps: Callable<TapTransformParameters>;
  readonly storeTaps: Callable<StoreTapsParameters>;
  readonly directTaps: Callable<DirectTapsParameters>;
}

/** A thread's own memory during a job: copied planes and what they are transformed to. */
interface Operands {
  readonly inputPlanes: Word;
  readonly cotangentPlanes: Word;
  readonly inputs: Word;
  readonly cotangents: Word;
}

/** ∂w: both operands are transformed, their products summed over tiles and images, and the sums transformed back. */
export class WeightGradientWriter extends WinogradWriter<WeightGradientLayout, WeightGradientFunctions> {
  write(): void {
    const { f, threads, tiling } = this;
    const { groups } = tiling;
    const [inputs, cotangents, results] = [this.part('inputs'), this.part('cotangents'), this.part('results')];
    const inputPlanes = this.part('planes');
    const cotangentPlanes = f.let(add(inputPlanes, i32(tiling.channels * tiling.input.bytes)));
    const own = share(f, threads, groups);
    f.for(own.begin, own.end, 1, (group) =>
      this.#sumGroup(group, { inputPlanes, cotangentPlanes, inputs, cotangents }),
    );
    threads.barrier();
    this.#addGroups();
    threads.barrier();
    this.#storeWeight(results);
  }

  /** Sums the products of all jobs of a group of images. */
  #sumGroup(group: Local<'i32'>, operands: Operands): void {
    const { f, memory, tiling } = this;
    const { groups } = tiling;
    const { strides } = this.problem.layout;
    const sums = f.let(add(memory.scratch, mul(group, i32(products * strides.sums))));
    const firstJob = (index: Word): Word =>
      mul(div(mul(index, i32(tiling.images)), i32(groups)), i32(tiling.jobsPerImage));
    const first = f.let(firstJob(group));
    const direct = f.let(this.#directOf(group));
    f.store('i32.store', direct, i32(0));
    f.for(first, f.let(firstJob(add(group, i32(1)))), 1, (index) => {
      const job = this.openJob(index);
      this.copyInputs(job, operands.inputPlanes);
      this.copyCotangents(job, operands.cotangentPlanes);
      f.for(i32(0), job.tiles, 1, (tile) => {
        const entry = f.let(add(this.own, mul(tile, i32(ENTRY.bytes))));
        f.if(
          load('i32.load', entry, ENTRY.uneven),
          () => this.#sumDirectly(tile, entry, operands, direct),
          () => this.#transformTile(tile, operands),
        );
      });
      this.#multiply(job, operands, sums, op('i32.gt_s', index, first));
    });
  }

  /**
   * A tile of all channels, as panels of eight, [product][panel][tile][channel], and of all filters, as panels of four.
   */
  #transformTile(tile: Local<'i32'>, { inputPlanes, cotangentPlanes, inputs, cotangents }: Operands): void {
    const { f, functions, tiling } = this;
    const { strides } = this.problem.layout;
    const entry = f.let(add(this.own, mul(tile, i32(ENTRY.bytes))));
    this.#transformPlanes(
      functions.transformInput,
      add(inputPlanes, load('i32.load', entry, ENTRY.input)),
      tiling.input,
      tiling.channels,
      (quad) => ({
        out: add(
          add(inputs, mul(tile, i32(TILE.columns * 4))),
          this.quadOffset(quad, tiling.jobTiles * TILE.columns * 4),
        ),
        productBytes: i32(strides.inputs),
      }),
    );
    this.#transformPlanes(
      functions.transformCotangent,
      add(cotangentPlanes, load('i32.load', entry, ENTRY.outputs)),
      tiling.outputs,
      tiling.filters,
      (quad) => ({
        out: add(cotangents, mul(add(mul(quad, i32(tiling.jobTiles)), tile), i32(TILE.rows * 4))),
        productBytes: i32(strides.cotangents),
      }),
    );
  }

  /** Transforms a tile of all planes, four at a time; lanes after the last plane repeat it. */
  #transformPlanes(
    transform: Callable<PatchTransformParameters>,
    tile: Word,
    plane: Plane,
    count: number,
    target: (quad: Local<'i32'>) => { readonly out: Word; readonly productBytes: Word },
  ): void {
    const { f } = this;
    const base = f.let(tile);
    f.for(i32(0), i32(Math.ceil(count / 4)), 1, (quad) => {
      const patches = fourLanes((lane) => {
        const index = f.let(add(mul(quad, i32(4)), i32(lane)));
        return add(base, mul(smaller(index, i32(count - 1)), i32(plane.bytes)));
      });
      f.call(transform, { patches, rowBytes: i32(plane.width * 4), ...target(quad) });
    });
  }

  /** The address of a group's sums of uneven tiles: first a mark whether there are any. */
  #directOf(group: Word): Word {
    const { offset, bytes } = this.problem.layout.direct;
    return add(this.memory.scratch, add(i32(offset), mul(group, i32(bytes))));
  }

  /** An uneven tile is summed apart, and takes no part in the products. */
  #sumDirectly(tile: Local<'i32'>, entry: Local<'i32'>, operands: Operands, direct: Local<'i32'>): void {
    const { f, functions, tiling } = this;
    const { strides, direct: layout } = this.problem.layout;
    const zeros = f32x4(0);
    f.if(op('i32.eqz', load('i32.load', direct)), () => {
      f.for(i32(cacheLine), i32(layout.bytes), 16, (offset) => f.store('v128.store', add(direct, offset), zeros));
      f.store('i32.store', direct, i32(1));
    });
    f.call(functions.directTaps, {
      patch: add(operands.inputPlanes, load('i32.load', entry, ENTRY.input)),
      planeBytes: i32(tiling.input.bytes),
      rowBytes: i32(tiling.input.width * 4),
      channels: i32(tiling.channels),
      cotangent: add(operands.cotangentPlanes, load('i32.load', entry, ENTRY.outputs)),
      cotangentPlaneBytes: i32(tiling.outputs.bytes),
      cotangentRowBytes: i32(tiling.outputs.width * 4),
      filters: i32(tiling.filters),
      out: add(direct, i32(cacheLine)),
    });
    f.for(i32(0), i32(products), 1, (p) => {
      const inputs = f.let(add(add(operands.inputs, mul(p, i32(strides.inputs))), mul(tile, i32(TILE.columns * 4))));
      f.for(i32(0), i32(tiling.channelPanels), 1, () => {
        f.store('v128.store', inputs, zeros);
        f.store('v128.store', inputs, zeros, 16);
        f.set(inputs, add(inputs, i32(tiling.jobTiles * TILE.columns * 4)));
      });
      const cotangents = f.let(
        add(add(operands.cotangents, mul(p, i32(strides.cotangents))), mul(tile, i32(TILE.rows * 4))),
      );
      f.for(i32(0), i32(tiling.filterPanels), 1, () => {
        f.store('v128.store', cotangents, zeros);
        f.set(cotangents, add(cotangents, i32(tiling.jobTiles * TILE.rows * 4)));
      });
    });
  }

  /** One matrix product for each pair of input positions, summed over tiles. */
  #multiply({ tiles }: Job, { inputs, cotangents }: Operands, sums: Word, accumulate: Word): void {
    const { f, functions, tiling } = this;
    const { strides } = this.problem.layout;
    f.for(i32(0), i32(products), 1, (p) =>
      f.call(functions.multiply, {
        left: add(cotangents, mul(p, i32(strides.cotangents))),
        leftPanelBytes: i32(tiling.jobTiles * TILE.rows * 4),
        rowPanels: i32(tiling.filterPanels),
        right: add(inputs, mul(p, i32(strides.inputs))),
        rightPanelBytes: i32(tiling.jobTiles * TILE.columns * 4),
        columnPanels: i32(tiling.channelPanels),
        depth: tiles,
        tiles: add(sums, mul(p, i32(strides.sums))),
        accumulate,
      }),
    );
  }

  /** Adds the sums of all groups to those of the first: in the order of the groups, whichever thread computed them. */
  #addGroups(): void {
    const { f, functions, memory, threads } = this;
    const { groups } = this.tiling;
    const { strides } = this.problem.layout;
    const groupBytes = products * strides.sums;
    const part = share(f, threads, groupBytes, cacheLine);
    f.for(i32(1), i32(groups), 1, (group) => {
      const to = add(memory.scratch, part.begin);
      const from = add(to, mul(group, i32(groupBytes)));
      f.call(functions.addInto, { to, from, bytes: sub(part.end, part.begin) });
    });
  }

  /** Transforms the sums back to taps, four channels at a time, and stores them. */
  #storeWeight(results: Local<'i32'>): void {
    const { f, functions, memory, threads } = this;
    const { filters, channels, filterPanels } = this.tiling;
    const own = share(f, threads, filters);
    f.for(own.begin, own.end, 1, (filter) =>
      f.for(i32(0), i32(channels), 4, (firstChannel) => {
        const column = this.quadOffset(op('i32.shr_u', firstChannel, i32(2)), filterPanels * TILE.bytes);
        f.call(functions.transformTaps, {
          from: add(memory.scratch, add(column, this.filterOffset(filter))),
          productBytes: i32(this.problem.layout.strides.sums),
          out: results,
        });
        this.#addDirect(filter, firstChannel, results);
        const endChannel = f.let(smaller(add(firstChannel, i32(4)), i32(channels)));
        f.call(functions.storeTaps, { results, filter, firstChannel, endChannel, buffers: memory.buffers });
      }),
    );
  }

  /** Adds what uneven tiles have come to, group by group. */
  #addDirect(filter: Local<'i32'>, firstChannel: Local<'i32'>, results: Local<'i32'>): void {
    const { f } = this;
    const { groups, channels } = this.tiling;
    const quad = add(mul(filter, i32(Math.ceil(channels / 4))), op('i32.shr_u', firstChannel, i32(2)));
    f.for(i32(0), i32(groups), 1, (group) => {
      const direct = f.let(this.#directOf(group));
      f.if(load('i32.load', direct), () => {
        const from = f.let(add(add(direct, i32(cacheLine)), mul(quad, i32(9 * 16))));
        for (let tap = 0; tap < 9; tap++) {
          const sum = op('f32x4.add', load('v128.load', results, 16 * tap), load('v128.load', from, 16 * tap));
          f.store('v128.store', results, sum, 16 * tap);
        }
      });
    });
  }
}
