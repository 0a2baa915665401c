import {
  add,
  mul,
  i32,
  load,
  op,
  shuffle,
  vector,
  type Code,
  type Local,
  type ModuleBuilder,
} from '../assembler/index.js';
import { word } from './pack-table.js';

/** copyLane(out, source, step, low, high, length, outStep): zeros outside low … high, elements inside. */
export function defineCopyLane(module: ModuleBuilder) {
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
export function defineCopyVector(module: ModuleBuilder) {
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

/**
 * copyPanels(out, source, step, length, panels, panelBytes, outStep): panels whose lanes are neighbours in memory. Each
 * row of the source is read to its end: with long rows, lines that are left half read would not be in the cache again.
 */
export function defineCopyPanels(module: ModuleBuilder) {
  return module.define(
    'copyPanels',
    ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32'],
    'void',
    (f, out, source, step, length, panels, panelBytes, outStep) => {
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

/** copyTransposed(out, source0…3, length, outStep): four lanes that are each contiguous along the run. */
export function defineCopyTransposed(module: ModuleBuilder) {
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
