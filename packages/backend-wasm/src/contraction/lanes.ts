import {
  add,
  i32,
  mul,
  op,
  select,
  sub,
  type FunctionBuilder,
  type Local,
  type ModuleBuilder,
} from '../assembler/index.js';
import { AXIS, DESCRIPTOR, GUARD, LANE, RANGE, setWord, word, words, type I32 } from './pack-table.js';

/**
 * Adds `decodeLanes`, which writes what is known of a panel's lanes before any run: their addresses, whether they exist,
 * their parts of the guards, and the range of each guard over them. Returns whether all lanes exist.
 */
export function defineDecodeLanes(module: ModuleBuilder) {
  return module.define(
    'decodeLanes',
    {
      descriptor: 'i32',
      source: 'i32',
      panel: 'i32',
      table: 'i32',
      axisTable: 'i32',
      axisBytes: 'i32',
      ranges: 'i32',
    },
    (f, { descriptor, source, panel, table, axisTable, axisBytes, ranges }) => {
      const lanes = f.let(word(descriptor, DESCRIPTOR.lanes));
      const guards = f.let(word(descriptor, DESCRIPTOR.guards));
      const lane = f.let(table);
      const allExist = f.let(i32(1));
      f.for(i32(0), lanes, 1, (i) => {
        const flat = f.let(add(mul(panel, lanes), i));
        const exists = f.let(op('i32.lt_s', flat, word(descriptor, DESCRIPTOR.laneCount)));
        setWord(f, lane, LANE.exists, exists);
        f.set(allExist, op('i32.and', allExist, exists));
        const address = f.let(source);
        const values = f.let(add(lane, i32(4 * LANE.guards)));
        f.if(
          exists,
          () => {
            f.for(i32(0), guards, 1, (g) => {
              const guard = add(descriptor, words(add(i32(DESCRIPTOR.words), mul(g, i32(GUARD.words)))));
              setWord(f, add(values, words(g)), 0, word(guard, GUARD.start));
            });
            addAxes(f, { flat, axes: word(descriptor, DESCRIPTOR.laneAxes), axisTable, axisBytes }, (index, axis) => {
              f.set(address, add(address, mul(index, word(axis, AXIS.step))));
              f.for(i32(0), guards, 1, (g) => {
                const value = f.let(add(values, words(g)));
                const step = word(add(axis, words(g)), AXIS.guards);
                setWord(f, value, 0, add(word(value), mul(index, step)));
              });
            });
          },
          // Lanes past the end continue their neighbour's addresses, so that whole vectors stay whole; they are masked.
          () =>
            f.if(op('i32.gt_s', i, i32(0)), () => {
              const previous = sub(lane, words(add(guards, i32(LANE.guards))));
              f.set(address, add(word(previous, LANE.address), i32(4)));
            }),
        );
        setWord(f, lane, LANE.address, address);
        f.for(i32(0), guards, 1, (g) =>
          widen(f, f.let(rangeOf(ranges, g)), f.let(word(add(values, words(g)))), op('i32.eqz', i)),
        );
        f.set(lane, add(values, words(guards)));
      });
      return allExist;
    },
  );
}

/**
 * Takes a flat index apart along the axes of a table, the last one first; `body` gets each axis' own index and address.
 */
function addAxes(
  f: FunctionBuilder,
  { flat, axes, axisTable, axisBytes }: Readonly<Record<'flat' | 'axes' | 'axisTable' | 'axisBytes', I32>>,
  body: (index: I32, axis: I32) => void,
): void {
  const rest = f.let(flat);
  const axis = f.let(add(axisTable, mul(axisBytes, sub(axes, i32(1)))));
  f.for(i32(0), axes, 1, () => {
    const extent = f.let(word(axis, AXIS.extent));
    const quotient = f.let(op('i32.div_u', rest, extent));
    const index = f.let(sub(rest, mul(quotient, extent)));
    f.set(rest, quotient);
    body(index, axis);
    f.set(axis, sub(axis, axisBytes));
  });
}

/** Widens a range to hold a value, which is all that it holds if it is the first one. */
function widen(f: FunctionBuilder, range: I32, value: I32, isFirst: I32): void {
  f.if(op('i32.or', isFirst, op('i32.lt_s', value, word(range, RANGE.low))), () => setWord(f, range, RANGE.low, value));
  f.if(op('i32.or', isFirst, op('i32.gt_s', value, word(range, RANGE.high))), () =>
    setWord(f, range, RANGE.high, value),
  );
}

function rangeOf(ranges: I32, guard: I32): I32 {
  return add(ranges, mul(guard, i32(4 * RANGE.words)));
}

/** Adds `isInside`, which returns whether all guards hold for all lanes along a whole run. */
export function defineIsInside(module: ModuleBuilder) {
  return module.define(
    'isInside',
    { descriptor: 'i32', ranges: 'i32', guards: 'i32', runGuards: 'i32', length: 'i32' },
    (f, { descriptor, ranges, guards, runGuards, length }) => {
      const inside = f.let(i32(1));
      const guard = f.let(firstGuard(descriptor));
      f.for(i32(0), guards, 1, (g) => {
        const range = f.let(rangeOf(ranges, g));
        const run = f.let(word(add(runGuards, words(g))));
        const reach = f.let(mul(word(guard, GUARD.innerStep), sub(length, i32(1))));
        const falling = f.let(op('i32.lt_s', reach, i32(0)));
        const low = add(add(word(range, RANGE.low), run), select(falling, reach, i32(0)));
        const high = add(add(word(range, RANGE.high), run), select(falling, i32(0), reach));
        const holds = op('i32.and', op('i32.ge_s', low, i32(0)), op('i32.lt_s', high, word(guard, GUARD.extent)));
        f.set(inside, op('i32.and', inside, holds));
        f.set(guard, nextGuard(guard));
      });
      return inside;
    },
  );
}

/**
 * Adds `intervals`, which writes for four lanes where in the run their elements lie inside all guards. Returns which
 * lanes are whole (bits 0–3) and which are empty (bits 4–7).
 */
export function defineIntervals(module: ModuleBuilder) {
  return module.define(
    'intervals',
    { descriptor: 'i32', firstLane: 'i32', laneBytes: 'i32', guards: 'i32', runGuards: 'i32', length: 'i32' },
    (f, { descriptor, firstLane, laneBytes, guards, runGuards, length }) => {
      const state = f.let(i32(0));
      const lane = f.let(firstLane);
      f.for(i32(0), i32(4), 1, (i) => {
        const low = f.let(i32(0));
        const high = f.let(mul(word(lane, LANE.exists), length));
        const guard = f.let(firstGuard(descriptor));
        f.for(i32(0), guards, 1, (g) => {
          const value = f.let(add(word(add(lane, words(g)), LANE.guards), word(add(runGuards, words(g)))));
          narrow(f, guard, value, low, high);
          f.set(guard, nextGuard(guard));
        });
        // If the guard holds only past the end of the run, the interval is empty.
        f.if(op('i32.gt_s', low, length), () => f.set(low, length));
        f.if(op('i32.lt_s', high, low), () => f.set(high, low));
        setWord(f, lane, LANE.low, low);
        setWord(f, lane, LANE.high, high);
        const isWhole = op('i32.and', op('i32.eqz', low), op('i32.eq', high, length));
        f.set(state, op('i32.or', state, op('i32.shl', isWhole, i)));
        f.set(state, op('i32.or', state, op('i32.shl', op('i32.eq', low, high), add(i, i32(4)))));
        f.set(lane, add(lane, laneBytes));
      });
      return state;
    },
  );
}

/** Narrows the interval low … high to where 0 ≤ value + innerStep·t < extent. */
function narrow(f: FunctionBuilder, guard: I32, value: Local<'i32'>, low: Local<'i32'>, high: Local<'i32'>): void {
  const step = f.let(word(guard, GUARD.innerStep));
  const last = f.let(sub(word(guard, GUARD.extent), i32(1)));
  f.if(
    op('i32.eqz', step),
    () => f.if(op('i32.gt_u', value, last), () => f.set(high, i32(0))),
    () => {
      // 0 ≤ v + c·t ≤ e − 1 is 0 ≤ (e − 1 − v) − c·t ≤ e − 1 for a falling index.
      f.if(op('i32.lt_s', step, i32(0)), () => {
        f.set(value, sub(last, value));
        f.set(step, sub(i32(0), step));
      });
      f.if(op('i32.lt_s', value, i32(0)), () => {
        const first = f.let(op('i32.div_s', sub(sub(step, i32(1)), value), step));
        f.if(op('i32.gt_s', first, low), () => f.set(low, first));
      });
      const room = f.let(sub(last, value));
      const end = f.let(i32(0));
      f.if(op('i32.ge_s', room, i32(0)), () => f.set(end, add(op('i32.div_s', room, step), i32(1))));
      f.if(op('i32.lt_s', end, high), () => f.set(high, end));
    },
  );
}

function firstGuard(descriptor: I32): I32 {
  return add(descriptor, i32(4 * DESCRIPTOR.words));
}

function nextGuard(guard: I32): I32 {
  return add(guard, i32(4 * GUARD.words));
}
