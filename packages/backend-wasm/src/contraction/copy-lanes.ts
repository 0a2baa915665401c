import {
  add,
  mul,
  fourLanes,
  i32,
  load,
  op,
  shuffle,
  vector,
  type Code,
  type ModuleBuilder,
} from '../assembler/index.js';
import { word } from './pack-table.js';

/** Adds `copyLane`: zeros outside low … high, elements inside. */
export function defineCopyLane(module: ModuleBuilder) {
  return module.define(
    'copyLane',
    { out: 'i32', source: 'i32', step: 'i32', low: 'i32', high: 'i32', length: 'i32', outStep: 'i32' },
    (f, { out, source, step, low, high, length, outStep }) => {
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

/** Adds `copyVector`: four neighbouring lanes at once; bit i of `mask` says whether lane i has elements. */
export function defineCopyVector(module: ModuleBuilder) {
  return module.define(
    'copyVector',
    { out: 'i32', source: 'i32', step: 'i32', length: 'i32', mask: 'i32', outStep: 'i32' },
    (f, { out, source, step, length, mask, outStep }) => {
      const to = f.let(out);
      const from = f.let(source);
      const loop = (value: () => Code<'v128'>): void =>
        f.for(i32(0), length, 1, () => {
          f.store('v128.store', to, value());
          f.set(from, add(from, step));
          f.set(to, add(to, outStep));
        });
      f.if(
        op('i32.eq', mask, i32(15)),
        () => loop(() => load('v128.load', from)),
        () =>
          f.if(
            op('i32.eqz', mask),
            // Nothing is read: the addresses may lie outside memory.
            () => loop(() => zeros),
            () => {
              const bits = vector(new Int32Array([1, 2, 4, 8]));
              const lanes = f.let(op('i32x4.eq', op('v128.and', op('i32x4.splat', mask), bits), bits));
              loop(() => op('v128.and', load('v128.load', from), lanes));
            },
          ),
      );
    },
  );
}

/**
 * Adds `copyPanels`: panels whose lanes are neighbours in memory. Reads each row of the source to its end: in long rows
 * a half-read cache line would be evicted before we return to it.
 */
export function defineCopyPanels(module: ModuleBuilder) {
  return module.define(
    'copyPanels',
    { out: 'i32', source: 'i32', step: 'i32', length: 'i32', panels: 'i32', panelBytes: 'i32', outStep: 'i32' },
    (f, { out, source, step, length, panels, panelBytes, outStep }) => {
      const row = f.let(source);
      const rowOut = f.let(out);
      f.for(i32(0), length, 1, () => {
        const from = f.let(row);
        const to = f.let(rowOut);
        f.for(i32(0), panels, 1, () => {
          f.store('v128.store', to, load('v128.load', from));
          f.if(op('i32.eq', outStep, i32(32)), () => f.store('v128.store', to, load('v128.load', from, 16), 16));
          f.set(from, add(from, outStep));
          f.set(to, add(to, panelBytes));
        });
        f.set(row, add(row, step));
        f.set(rowOut, add(rowOut, outStep));
      });
    },
  );
}

const zeros = vector(new Int32Array(4));

/** Adds `copyTransposed`: four lanes, each of which is contiguous along the run. */
export function defineCopyTransposed(module: ModuleBuilder) {
  return module.define(
    'copyTransposed',
    { out: 'i32', lanes: ['i32', 'i32', 'i32', 'i32'], length: 'i32', outStep: 'i32' },
    (f, { out, lanes, length, outStep }) => {
      const sources = lanes.map((lane) => f.let(lane));
      const to = f.let(out);
      const whole = f.let(op('i32.and', length, i32(-4)));
      const advance = (bytes: number): void => sources.forEach((source) => f.set(source, add(source, i32(bytes))));
      f.for(i32(0), whole, 4, () => {
        const [a, b, c, d] = fourLanes((lane) => f.let(load('v128.load', sources[lane]!)));
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
