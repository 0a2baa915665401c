import {
  add,
  call,
  div,
  fourLanes,
  i32,
  mul,
  op,
  sub,
  type Callable,
  type Code,
  type FunctionBuilder,
  type Local,
  type ModuleBuilder,
  type NamedParameters,
} from '../assembler/index.js';
import { defineCopyLane, defineCopyPanels, defineCopyTransposed, defineCopyVector } from './copy-lanes.js';
import { defineDecodeLanes, defineIntervals, defineIsInside } from './lanes.js';
import { AXIS, DESCRIPTOR, GUARD, LANE, RUN, word, words } from './pack-table.js';

const packParameters = {
  descriptor: 'i32',
  source: 'i32',
  out: 'i32',
  firstPanel: 'i32',
  endPanel: 'i32',
  firstRun: 'i32',
  endRun: 'i32',
  panelBytes: 'i32',
  table: 'i32',
} as const;
export type PackParameters = typeof packParameters;

/**
 * Adds `pack`, which copies panels of an operand into the order in which `tile` reads them, [panel][k][lane].
 *
 * A lane is one row or column. k is walked in runs: an index of the outer reduction axes and a chunk of the inner one.
 * Where a lane lies outside a guard its elements are zero: for one lane and run that is an interval of the inner axis.
 */
export function definePack(module: ModuleBuilder): Callable<PackParameters, 'void'> {
  const functions = defineFunctions(module);
  return module.define('pack', packParameters, (f, parameters) => new PackWriter(f, functions, parameters).write());
}

type PackFunctions = ReturnType<typeof defineFunctions>;

function defineFunctions(module: ModuleBuilder) {
  return {
    copyLane: defineCopyLane(module),
    copyVector: defineCopyVector(module),
    copyPanels: defineCopyPanels(module),
    copyTransposed: defineCopyTransposed(module),
    decodeLanes: defineDecodeLanes(module),
    intervals: defineIntervals(module),
    isInside: defineIsInside(module),
  };
}

/** One run of a panel that is being packed. */
interface Run {
  readonly offset: Local<'i32'>;
  readonly length: Local<'i32'>;
  readonly guards: Local<'i32'>;
  /** Where its elements go. */
  readonly out: Local<'i32'>;
}

class PackWriter {
  readonly #lanes: Local<'i32'>;
  readonly #guards: Local<'i32'>;
  readonly #laneBytes: Local<'i32'>;
  readonly #ranges: Local<'i32'>;
  readonly #innerStep: Local<'i32'>;
  readonly #axisTable: Local<'i32'>;
  readonly #axisBytes: Local<'i32'>;
  readonly #runTable: Local<'i32'>;
  /** From one k to the next in a packed panel. */
  readonly #outStep: Local<'i32'>;

  constructor(
    readonly f: FunctionBuilder,
    readonly functions: PackFunctions,
    readonly parameters: NamedParameters<PackParameters>,
  ) {
    const { descriptor, table } = parameters;
    this.#lanes = f.let(word(descriptor, DESCRIPTOR.lanes));
    this.#guards = f.let(word(descriptor, DESCRIPTOR.guards));
    this.#laneBytes = f.let(words(add(this.#guards, i32(LANE.guards))));
    // The table has room for eight lanes.
    this.#ranges = f.let(add(table, op('i32.shl', this.#laneBytes, i32(3))));
    this.#innerStep = f.let(word(descriptor, DESCRIPTOR.innerStep));
    this.#axisTable = f.let(add(descriptor, words(add(i32(DESCRIPTOR.words), mul(this.#guards, i32(GUARD.words))))));
    this.#axisBytes = f.let(words(add(this.#guards, i32(AXIS.guards))));
    this.#runTable = f.let(add(this.#axisTable, mul(this.#axisBytes, word(descriptor, DESCRIPTOR.laneAxes))));
    this.#outStep = f.let(words(this.#lanes));
  }

  write(): void {
    const { f } = this;
    const { descriptor, out, firstPanel, endPanel, panelBytes } = this.parameters;
    const panelOut = f.let(out);
    const start = f.let(firstPanel);
    const isPlain = op(
      'i32.and',
      op('i32.eq', word(descriptor, DESCRIPTOR.laneAxes), i32(1)),
      op('i32.eqz', this.#guards),
    );
    f.if(op('i32.and', isPlain, op('i32.eq', word(this.#axisTable, AXIS.step), i32(4))), () =>
      this.#copyWholePanels(start, panelOut),
    );
    f.for(start, endPanel, 1, (panel) => {
      this.#packPanel(panel, panelOut);
      f.set(panelOut, add(panelOut, panelBytes));
    });
  }

  /**
   * Where lanes are neighbours without guards: copies all whole panels together, and moves `start` and `out` past them.
   */
  #copyWholePanels(start: Local<'i32'>, out: Local<'i32'>): void {
    const { f } = this;
    const { descriptor, source, firstPanel, endPanel, panelBytes } = this.parameters;
    f.set(start, div(word(descriptor, DESCRIPTOR.laneCount), this.#lanes));
    f.if(op('i32.gt_s', start, endPanel), () => f.set(start, endPanel));
    f.if(op('i32.lt_s', start, firstPanel), () => f.set(start, firstPanel));
    const panels = f.let(sub(start, firstPanel));
    const from = f.let(add(source, mul(firstPanel, this.#outStep)));
    this.#eachRun(out, (run) =>
      f.call(this.functions.copyPanels, {
        out: run.out,
        source: add(from, run.offset),
        step: this.#innerStep,
        length: run.length,
        panels,
        panelBytes,
        outStep: this.#outStep,
      }),
    );
    f.set(out, add(out, mul(panels, panelBytes)));
  }

  #packPanel(panel: Local<'i32'>, out: Local<'i32'>): void {
    const { f, functions } = this;
    const { descriptor, source, table } = this.parameters;
    const ranges = this.#ranges;
    const lanes = { descriptor, source, panel, table, axisTable: this.#axisTable, axisBytes: this.#axisBytes, ranges };
    const allExist = f.let(call(functions.decodeLanes, lanes));
    this.#eachRun(out, (run) => {
      const { length, guards: runGuards } = run;
      const inside = f.let(allExist);
      f.if(inside, () =>
        f.set(inside, call(functions.isInside, { descriptor, ranges, guards: this.#guards, runGuards, length })),
      );
      f.for(i32(0), this.#lanes, 4, (half) => {
        const firstLane = f.let(add(table, mul(half, this.#laneBytes)));
        this.#packFourLanes(firstLane, run, f.let(add(run.out, words(half))), inside);
      });
    });
  }

  /** Goes through the runs to pack; the elements of each follow those of the one before. */
  #eachRun(out: Local<'i32'>, body: (run: Run) => void): void {
    const { f } = this;
    const { firstRun, endRun } = this.parameters;
    const to = f.let(out);
    const entry = f.let(add(this.#runTable, mul(firstRun, this.#axisBytes)));
    f.for(firstRun, endRun, 1, () => {
      const length = f.let(word(entry, RUN.length));
      body({ offset: f.let(word(entry, RUN.offset)), length, guards: f.let(add(entry, i32(4 * RUN.guards))), out: to });
      f.set(to, add(to, mul(length, this.#outStep)));
      f.set(entry, add(entry, this.#axisBytes));
    });
  }

  /** Copies four lanes of a run by the fastest way that their addresses and guards allow. */
  #packFourLanes(firstLane: Local<'i32'>, run: Run, out: Local<'i32'>, inside: Local<'i32'>): void {
    const { f, functions } = this;
    const { descriptor } = this.parameters;
    const { length, guards: runGuards } = run;
    const laneAt = (i: number): Code<'i32'> => add(firstLane, mul(this.#laneBytes, i32(i)));
    const addresses = fourLanes((i) => f.let(add(word(laneAt(i), LANE.address), run.offset)));
    const areNeighbours = [1, 2, 3]
      .map((i) => op('i32.eq', sub(addresses[i]!, addresses[0]), i32(4 * i)))
      .reduce((all, each) => op('i32.and', all, each));
    // Bit i: lane i is whole; bit 4 + i: lane i is empty.
    const state = f.let(i32(15));
    f.if(op('i32.eqz', inside), () => {
      const lanes = { descriptor, firstLane, laneBytes: this.#laneBytes, guards: this.#guards, runGuards, length };
      f.set(state, call(functions.intervals, lanes));
    });
    const isAll = (bits: Code<'i32'>): Code<'i32'> => op('i32.eq', op('i32.and', bits, i32(15)), i32(15));
    const wholeOrEmpty = isAll(op('i32.or', state, op('i32.shr_u', state, i32(4))));
    const copied = { step: this.#innerStep, length, outStep: this.#outStep };

    f.if(
      op('i32.and', areNeighbours, wholeOrEmpty),
      () => f.call(functions.copyVector, { ...copied, out, source: addresses[0], mask: op('i32.and', state, i32(15)) }),
      () =>
        f.if(
          op('i32.and', isAll(state), op('i32.eq', this.#innerStep, i32(4))),
          () => f.call(functions.copyTransposed, { out, lanes: addresses, length, outStep: this.#outStep }),
          () =>
            addresses.forEach((source, i) => {
              const lane = f.let(laneAt(i));
              const [low, high] = [f.let(i32(0)), f.let(length)];
              f.if(op('i32.eqz', inside), () => {
                f.set(low, word(lane, LANE.low));
                f.set(high, word(lane, LANE.high));
              });
              f.call(functions.copyLane, { ...copied, out: add(out, i32(4 * i)), source, low, high });
            }),
        ),
    );
  }
}
