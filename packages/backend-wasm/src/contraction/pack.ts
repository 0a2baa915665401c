import {
  call,
  i32,
  load,
  op,
  select,
  shuffle,
  vector,
  type Callable,
  type Code,
  type FunctionBuilder,
  type Local,
  type ModuleBuilder,
} from '../assembler/index.js';

/**
 * Words of a packing descriptor (packing.ts writes it): this header, then for each guard [start, inner step, extent], for
 * each lane axis [extent, address step, guard steps…], for each run [address, length, guard values…].
 */
export const DESCRIPTOR = {
  lanes: 0,
  laneCount: 1,
  laneAxes: 2,
  guards: 3,
  innerStep: 4,
  header: 5,
  guardWords: 3,
} as const;

/** Words that pack needs for its table: for each of 8 lanes address, validity, interval, guards; then each guard's range. */
export function packTableWords(guards: number): number {
  return 8 * (4 + guards) + 2 * guards;
}

type I32 = Code<'i32'>;
const add = (a: I32, b: I32): Code<'i32'> => op('i32.add', a, b);
const mul = (a: I32, b: I32): Code<'i32'> => op('i32.mul', a, b);
const words = (count: I32): Code<'i32'> => op('i32.shl', count, i32(2));
const word = (address: I32, index = 0): Code<'i32'> => load('i32.load', address, index * 4);

/**
 * Adds pack(descriptor, source, out, firstPanel, endPanel, firstRun, endRun, panelBytes, table): copies panels of an
 * operand into the order in which the tile kernel reads them, [panel][k][lane].
 *
 * A lane is one row or column. k is walked in runs: an index of the outer reduction axes and a chunk of the inner one.
 * Where a lane lies outside a guard its elements are zero: for one lane and run that is an interval of the inner axis.
 */
export function definePack(module: ModuleBuilder): Callable {
  const copyLane = defineCopyLane(module);
  const copyVector = defineCopyVector(module);
  const copyTransposed = defineCopyTransposed(module);
  const decodeLanes = defineDecodeLanes(module);
  const intervals = defineIntervals(module);
  const isInside = defineIsInside(module);
  const parameters = new Array<'i32'>(9).fill('i32');
  return module.define('pack', parameters, 'void', (f, ...given) => {
    const [descriptor, source, out, firstPanel, endPanel, firstRun, endRun, panelBytes, table] = given as Nine<
      Local<'i32'>
    >;
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

    f.for(firstPanel, endPanel, 1, (panel) => {
      const whole = f.let(call(decodeLanes, descriptor, source, panel, table, laneAxes, axisBytes, ranges));
      const to = f.let(panelOut);
      const run = f.let(add(runs, mul(firstRun, axisBytes)));
      f.for(firstRun, endRun, 1, () => {
        const offset = f.let(word(run));
        const length = f.let(word(run, 1));
        const runGuards = f.let(add(run, i32(8)));
        const inside = f.let(whole);
        f.if(whole, () => f.set(inside, call(isInside, descriptor, ranges, guards, runGuards, length)));

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
            f.set(state, call(intervals, descriptor, first, entry, guards, runGuards, length)),
          );
          const decided = op(
            'i32.eq',
            op('i32.and', op('i32.or', state, op('i32.shr_u', state, i32(4))), i32(15)),
            i32(15),
          );
          f.if(
            op('i32.and', contiguous, decided),
            () => f.do(call(copyVector, target, low, innerStep, length, op('i32.and', state, i32(15)), stepBytes)),
            () => {
              const allWhole = op('i32.eq', op('i32.and', state, i32(15)), i32(15));
              f.if(
                op('i32.and', allWhole, op('i32.eq', innerStep, i32(4))),
                () => f.do(call(copyTransposed, target, low, address(1), address(2), address(3), length, stepBytes)),
                () => {
                  for (let i = 0; i < 4; i++) {
                    const lane = f.let(add(first, mul(entry, i32(i))));
                    const [from, end] = [f.let(i32(0)), f.let(length)];
                    f.if(op('i32.eqz', inside), () => {
                      f.set(from, word(lane, 2));
                      f.set(end, word(lane, 3));
                    });
                    f.do(call(copyLane, add(target, i32(4 * i)), address(i), innerStep, from, end, length, stepBytes));
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

type Nine<T> = readonly [T, T, T, T, T, T, T, T, T];

/** Takes a flat index apart along axes [extent, address step, guard steps…] and adds up what each contributes. */
function decode(
  f: FunctionBuilder,
  flat: I32,
  axes: I32,
  axisTable: I32,
  axisBytes: I32,
  guards: I32,
  guardValues: I32,
  address: (amount: I32) => void,
): void {
  const rest = f.let(flat);
  const axis = f.let(add(axisTable, mul(axisBytes, op('i32.sub', axes, i32(1)))));
  f.for(i32(0), axes, 1, () => {
    const extent = f.let(word(axis));
    const quotient = f.let(op('i32.div_u', rest, extent));
    const index = f.let(op('i32.sub', rest, mul(quotient, extent)));
    f.set(rest, quotient);
    address(mul(index, word(axis, 1)));
    f.for(i32(0), guards, 1, (g) => {
      const at = f.let(add(guardValues, words(g)));
      f.store('i32.store', at, add(word(at), mul(index, word(add(axis, words(g)), 2))));
    });
    f.set(axis, op('i32.sub', axis, axisBytes));
  });
}

/**
 * decodeLanes(descriptor, source, panel, table, axisTable, axisBytes, ranges): address, validity and guard values of a
 * panel's lanes, and the range of each guard over them. Returns whether all lanes are valid.
 */
function defineDecodeLanes(module: ModuleBuilder) {
  return module.define(
    'decodeLanes',
    ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32'],
    'i32',
    (f, descriptor, source, panel, table, axisTable, axisBytes, ranges) => {
      const lanes = f.let(word(descriptor, DESCRIPTOR.lanes));
      const guards = f.let(word(descriptor, DESCRIPTOR.guards));
      const lane = f.let(table);
      const whole = f.let(i32(1));
      f.for(i32(0), lanes, 1, (i) => {
        const flat = f.let(add(mul(panel, lanes), i));
        const inside = f.let(op('i32.lt_s', flat, word(descriptor, DESCRIPTOR.laneCount)));
        f.store('i32.store', lane, inside, 4);
        f.set(whole, op('i32.and', whole, inside));
        const address = f.let(source);
        const values = f.let(add(lane, i32(16)));
        f.if(
          inside,
          () => {
            f.for(i32(0), guards, 1, (g) => {
              const guard = add(descriptor, words(add(i32(DESCRIPTOR.header), mul(g, i32(DESCRIPTOR.guardWords)))));
              f.store('i32.store', add(values, words(g)), word(guard));
            });
            decode(f, flat, word(descriptor, DESCRIPTOR.laneAxes), axisTable, axisBytes, guards, values, (amount) =>
              f.set(address, add(address, amount)),
            );
          },
          // Lanes past the end continue their neighbour's addresses, so that whole vectors stay whole; they are masked.
          () =>
            f.if(op('i32.gt_s', i, i32(0)), () =>
              f.set(address, add(word(op('i32.sub', lane, words(add(guards, i32(4))))), i32(4))),
            ),
        );
        f.store('i32.store', lane, address);
        f.for(i32(0), guards, 1, (g) => {
          const value = f.let(word(add(values, words(g))));
          const range = f.let(add(ranges, op('i32.shl', g, i32(3))));
          f.if(op('i32.or', op('i32.eqz', i), op('i32.lt_s', value, word(range))), () =>
            f.store('i32.store', range, value),
          );
          f.if(op('i32.or', op('i32.eqz', i), op('i32.gt_s', value, word(range, 1))), () =>
            f.store('i32.store', range, value, 4),
          );
        });
        f.set(lane, add(values, words(guards)));
      });
      return whole;
    },
  );
}

/** isInside(descriptor, ranges, guards, runGuards, length): whether all guards hold for all lanes along a whole run. */
function defineIsInside(module: ModuleBuilder) {
  return module.define(
    'isInside',
    ['i32', 'i32', 'i32', 'i32', 'i32'],
    'i32',
    (f, descriptor, ranges, guards, runGuards, length) => {
      const inside = f.let(i32(1));
      const guard = f.let(add(descriptor, i32(DESCRIPTOR.header * 4)));
      f.for(i32(0), guards, 1, (g) => {
        const range = f.let(add(ranges, op('i32.shl', g, i32(3))));
        const run = f.let(word(add(runGuards, words(g))));
        const reach = f.let(mul(word(guard, 1), op('i32.sub', length, i32(1))));
        const falling = f.let(op('i32.lt_s', reach, i32(0)));
        const low = add(add(word(range), run), select(falling, reach, i32(0)));
        const high = add(add(word(range, 1), run), select(falling, i32(0), reach));
        f.set(
          inside,
          op('i32.and', inside, op('i32.and', op('i32.ge_s', low, i32(0)), op('i32.lt_s', high, word(guard, 2)))),
        );
        f.set(guard, add(guard, i32(DESCRIPTOR.guardWords * 4)));
      });
      return inside;
    },
  );
}

/**
 * intervals(descriptor, lane, entryBytes, guards, runGuards, length): writes for four lanes where in the run their
 * elements lie inside all guards; returns which are whole (bits 0–3) and which are empty (bits 4–7).
 */
function defineIntervals(module: ModuleBuilder) {
  return module.define(
    'intervals',
    ['i32', 'i32', 'i32', 'i32', 'i32', 'i32'],
    'i32',
    (f, descriptor, firstLane, entry, guards, runGuards, length) => {
      const state = f.let(i32(0));
      const lane = f.let(firstLane);
      f.for(i32(0), i32(4), 1, (i) => {
        const low = f.let(i32(0));
        const high = f.let(mul(word(lane, 1), length));
        const guard = f.let(add(descriptor, i32(DESCRIPTOR.header * 4)));
        f.for(i32(0), guards, 1, (g) => {
          const value = f.let(add(word(add(lane, words(g)), 4), word(add(runGuards, words(g)))));
          const step = f.let(word(guard, 1));
          const last = f.let(op('i32.sub', word(guard, 2), i32(1)));
          f.if(
            op('i32.eqz', step),
            () => f.if(op('i32.gt_u', value, last), () => f.set(high, i32(0))),
            () => {
              // 0 ≤ v + c·t ≤ e − 1 is 0 ≤ (e − 1 − v) − c·t ≤ e − 1 for a falling index.
              f.if(op('i32.lt_s', step, i32(0)), () => {
                f.set(value, op('i32.sub', last, value));
                f.set(step, op('i32.sub', i32(0), step));
              });
              f.if(op('i32.lt_s', value, i32(0)), () => {
                const first = f.let(op('i32.div_s', op('i32.sub', op('i32.sub', step, i32(1)), value), step));
                f.if(op('i32.gt_s', first, low), () => f.set(low, first));
              });
              const room = f.let(op('i32.sub', last, value));
              const end = f.let(i32(0));
              f.if(op('i32.ge_s', room, i32(0)), () => f.set(end, add(op('i32.div_s', room, step), i32(1))));
              f.if(op('i32.lt_s', end, high), () => f.set(high, end));
            },
          );
          f.set(guard, add(guard, i32(DESCRIPTOR.guardWords * 4)));
        });
        f.if(op('i32.lt_s', high, low), () => f.set(high, low));
        f.store('i32.store', lane, low, 8);
        f.store('i32.store', lane, high, 12);
        const whole = op('i32.and', op('i32.eqz', low), op('i32.eq', high, length));
        f.set(state, op('i32.or', state, op('i32.shl', whole, i)));
        f.set(state, op('i32.or', state, op('i32.shl', op('i32.eq', low, high), add(i, i32(4)))));
        f.set(lane, add(lane, entry));
      });
      return state;
    },
  );
}

/** copyLane(out, source, step, low, high, length, outStep): zeros outside low … high, elements inside. */
function defineCopyLane(module: ModuleBuilder) {
  return module.define(
    'copyLane',
    ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32'],
    'void',
    (f, out, source, step, low, high, length, outStep) => {
      const to = f.let(out);
      const advance = (): void => f.set(to, add(to, outStep));
      f.for(i32(0), low, 1, () => {
        f.store('i32.store', to, i32(0));
        advance();
      });
      const from = f.let(add(source, mul(low, step)));
      f.for(low, high, 1, () => {
        f.store('i32.store', to, word(from));
        f.set(from, add(from, step));
        advance();
      });
      f.for(high, length, 1, () => {
        f.store('i32.store', to, i32(0));
        advance();
      });
    },
  );
}

/** copyVector(out, source, step, length, laneMask, outStep): four neighbouring lanes at once. */
function defineCopyVector(module: ModuleBuilder) {
  return module.define(
    'copyVector',
    ['i32', 'i32', 'i32', 'i32', 'i32', 'i32'],
    'void',
    (f, out, source, step, length, lanes, outStep) => {
      const to = f.let(out);
      const from = f.let(source);
      const loop = (value: () => Code<'v128'>): void =>
        f.for(i32(0), length, 1, () => {
          f.store('v128.store', to, value());
          f.set(from, add(from, step));
          f.set(to, add(to, outStep));
        });
      f.if(
        op('i32.eq', lanes, i32(15)),
        () => loop(() => load('v128.load', from)),
        () =>
          f.if(
            op('i32.eqz', lanes),
            // Nothing is read: the addresses may lie outside memory.
            () => loop(() => zeros),
            () => {
              const bits = vector(new Int32Array([1, 2, 4, 8]));
              const mask = f.let(op('i32x4.eq', op('v128.and', op('i32x4.splat', lanes), bits), bits));
              loop(() => op('v128.and', load('v128.load', from), mask));
            },
          ),
      );
    },
  );
}

const zeros = vector(new Int32Array(4));

/** copyTransposed(out, source0…3, length, outStep): four lanes that are each contiguous along the run. */
function defineCopyTransposed(module: ModuleBuilder) {
  return module.define(
    'copyTransposed',
    ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32'],
    'void',
    (f, out, s0, s1, s2, s3, length, outStep) => {
      const sources = [s0, s1, s2, s3].map((source) => f.let(source));
      const to = f.let(out);
      const whole = f.let(op('i32.and', length, i32(-4)));
      const advance = (bytes: number): void => sources.forEach((source) => f.set(source, add(source, i32(bytes))));
      f.for(i32(0), whole, 4, () => {
        const [a, b, c, d] = sources.map((source) => f.let(load('v128.load', source))) as [
          Local<'v128'>,
          Local<'v128'>,
          Local<'v128'>,
          Local<'v128'>,
        ];
        const [ab, cd] = [f.let(shuffle(a, b, [0, 4, 1, 5])), f.let(shuffle(c, d, [0, 4, 1, 5]))];
        const [abHigh, cdHigh] = [f.let(shuffle(a, b, [2, 6, 3, 7])), f.let(shuffle(c, d, [2, 6, 3, 7]))];
        for (const row of [
          shuffle(ab, cd, [0, 1, 4, 5]),
          shuffle(ab, cd, [2, 3, 6, 7]),
          shuffle(abHigh, cdHigh, [0, 1, 4, 5]),
          shuffle(abHigh, cdHigh, [2, 3, 6, 7]),
        ]) {
          f.store('v128.store', to, row);
          f.set(to, add(to, outStep));
        }
        advance(16);
      });
      f.for(whole, length, 1, () => {
        sources.forEach((source, i) => f.store('i32.store', to, word(source), 4 * i));
        f.set(to, add(to, outStep));
        advance(4);
      });
    },
  );
}
