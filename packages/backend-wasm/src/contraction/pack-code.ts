import { add, mul, call, i32, op, type Callable, type Code, type ModuleBuilder } from '../assembler/index.js';
import { defineCopyLane, defineCopyPanels, defineCopyTransposed, defineCopyVector } from './copy-lanes.js';
import { defineDecodeLanes, defineIntervals, defineIsInside } from './lanes.js';
import { DESCRIPTOR, word, words } from './pack-table.js';

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
  const copyLane = defineCopyLane(module);
  const copyVector = defineCopyVector(module);
  const copyPanels = defineCopyPanels(module);
  const copyTransposed = defineCopyTransposed(module);
  const decodeLanes = defineDecodeLanes(module);
  const intervals = defineIntervals(module);
  const isInside = defineIsInside(module);
  return module.define('pack', packParameters, (f, parameters) => {
    const { descriptor, source, out, firstPanel, endPanel, firstRun, endRun, panelBytes, table } = parameters;
    const lanes = f.let(word(descriptor, DESCRIPTOR.lanes));
    const guards = f.let(word(descriptor, DESCRIPTOR.guards));
    const entry = f.let(words(add(guards, i32(4))));
    const ranges = f.let(add(table, op('i32.shl', entry, i32(3))));
    const innerStep = f.let(word(descriptor, DESCRIPTOR.innerStep));
    const laneAxes = f.let(
      add(descriptor, words(add(i32(DESCRIPTOR.header), mul(guards, i32(DESCRIPTOR.guardWords))))),
    );
    const axisBytes = f.let(words(add(guards, i32(2))));
    // Entries of runs are as long as those of axes.
    const runs = f.let(add(laneAxes, mul(axisBytes, word(descriptor, DESCRIPTOR.laneAxes))));
    const stepBytes = f.let(words(lanes));
    const panelOut = f.let(out);
    const start = f.let(firstPanel);

    // One axis of neighbours without guards: all whole panels together.
    const isPlain = op('i32.and', op('i32.eq', word(descriptor, DESCRIPTOR.laneAxes), i32(1)), op('i32.eqz', guards));
    f.if(op('i32.and', isPlain, op('i32.eq', word(laneAxes, 1), i32(4))), () => {
      f.set(start, op('i32.div_u', word(descriptor, DESCRIPTOR.laneCount), lanes));
      f.if(op('i32.gt_s', start, endPanel), () => f.set(start, endPanel));
      f.if(op('i32.lt_s', start, firstPanel), () => f.set(start, firstPanel));
      const panels = f.let(op('i32.sub', start, firstPanel));
      const to = f.let(out);
      const run = f.let(add(runs, mul(firstRun, axisBytes)));
      const from = f.let(add(source, mul(firstPanel, stepBytes)));
      f.for(firstRun, endRun, 1, () => {
        const length = f.let(word(run, 1));
        f.call(copyPanels, {
          out: to,
          source: add(from, word(run)),
          step: innerStep,
          length,
          panels,
          panelBytes,
          outStep: stepBytes,
        });
        f.set(to, add(to, mul(length, stepBytes)));
        f.set(run, add(run, axisBytes));
      });
      f.set(panelOut, add(out, mul(panels, panelBytes)));
    });

    f.for(start, endPanel, 1, (panel) => {
      const whole = f.let(
        call(decodeLanes, { descriptor, source, panel, table, axisTable: laneAxes, axisBytes, ranges }),
      );
      const to = f.let(panelOut);
      const run = f.let(add(runs, mul(firstRun, axisBytes)));
      f.for(firstRun, endRun, 1, () => {
        const offset = f.let(word(run));
        const length = f.let(word(run, 1));
        const runGuards = f.let(add(run, i32(8)));
        const inside = f.let(whole);
        f.if(whole, () => f.set(inside, call(isInside, { descriptor, ranges, guards, runGuards, length })));

        f.for(i32(0), lanes, 4, (half) => {
          const first = f.let(add(table, mul(half, entry)));
          const target = f.let(add(to, words(half)));
          const address = (i: number): Code<'i32'> => add(word(add(first, mul(entry, i32(i)))), offset);
          const low = f.let(address(0));
          const contiguous = f.let(i32(1));
          for (let i = 1; i < 4; i++)
            f.set(contiguous, op('i32.and', contiguous, op('i32.eq', op('i32.sub', address(i), low), i32(4 * i))));
          // Bit i: lane i is whole; bit 4 + i: lane i is empty.
          const state = f.let(i32(15));
          f.if(op('i32.eqz', inside), () =>
            f.set(
              state,
              call(intervals, { descriptor, firstLane: first, laneBytes: entry, guards, runGuards, length }),
            ),
          );
          const decided = op(
            'i32.eq',
            op('i32.and', op('i32.or', state, op('i32.shr_u', state, i32(4))), i32(15)),
            i32(15),
          );
          f.if(
            op('i32.and', contiguous, decided),
            () =>
              f.call(copyVector, {
                out: target,
                source: low,
                step: innerStep,
                length,
                mask: op('i32.and', state, i32(15)),
                outStep: stepBytes,
              }),
            () => {
              const allWhole = op('i32.eq', op('i32.and', state, i32(15)), i32(15));
              f.if(
                op('i32.and', allWhole, op('i32.eq', innerStep, i32(4))),
                () =>
                  f.call(copyTransposed, {
                    out: target,
                    lanes: [low, address(1), address(2), address(3)],
                    length,
                    outStep: stepBytes,
                  }),
                () => {
                  for (let i = 0; i < 4; i++) {
                    const lane = f.let(add(first, mul(entry, i32(i))));
                    const [from, end] = [f.let(i32(0)), f.let(length)];
                    f.if(op('i32.eqz', inside), () => {
                      f.set(from, word(lane, 2));
                      f.set(end, word(lane, 3));
                    });
                    f.call(copyLane, {
                      out: add(target, i32(4 * i)),
                      source: address(i),
                      step: innerStep,
                      low: from,
                      high: end,
                      length,
                      outStep: stepBytes,
                    });
                  }
                },
              );
            },
          );
        });
        f.set(to, add(to, mul(length, stepBytes)));
        f.set(run, add(run, axisBytes));
      });
      f.set(panelOut, add(panelOut, panelBytes));
    });
  });
}
