import { add, mul, i32, op, select, type FunctionBuilder, type ModuleBuilder } from '../assembler/index.js';
import { DESCRIPTOR, word, words, type I32 } from './pack-table.js';

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
 * Adds `decodeLanes`, which writes address, validity and guard values of a panel's lanes into the table, and the range
 * of each guard over them into `ranges`. Returns whether all lanes are valid.
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

/** Adds `isInside`, which returns whether all guards hold for all lanes along a whole run. */
export function defineIsInside(module: ModuleBuilder) {
  return module.define(
    'isInside',
    { descriptor: 'i32', ranges: 'i32', guards: 'i32', runGuards: 'i32', length: 'i32' },
    (f, { descriptor, ranges, guards, runGuards, length }) => {
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
        // If the guard holds only past the end of the run, the interval is empty.
        f.if(op('i32.gt_s', low, length), () => f.set(low, length));
        f.if(op('i32.lt_s', high, low), () => f.set(high, low));
        f.store('i32.store', lane, low, 8);
        f.store('i32.store', lane, high, 12);
        const whole = op('i32.and', op('i32.eqz', low), op('i32.eq', high, length));
        f.set(state, op('i32.or', state, op('i32.shl', whole, i)));
        f.set(state, op('i32.or', state, op('i32.shl', op('i32.eq', low, high), add(i, i32(4)))));
        f.set(lane, add(lane, laneBytes));
      });
      return state;
    },
  );
}
