import {
  add,
  i32,
  load,
  mul,
  op,
  type Callable,
  type FunctionBuilder,
  type Local,
  type ModuleBuilder,
} from '../assembler/index.js';

/**
 * Adds copyPlane(source, downBytes, acrossBytes, out, width, rows, top, bottom, left, right): copies rows top ≤ y < bottom
 * and columns left ≤ x < right of a plane to the same places in a plane of `rows` rows of `width`, zero elsewhere.
 */
export function defineCopyPlane(module: ModuleBuilder): Callable {
  return module.define('copyPlane', new Array<'i32'>(10).fill('i32'), 'void', (builder, ...parameters) => {
    const f = builder as unknown as FunctionBuilder;
    const [source, down, across, out, width, rows, top, bottom, left, right] = parameters as Ten<Local<'i32'>>;
    const to = f.let(out);
    const clear = (count: Local<'i32'>): void =>
      f.for(i32(0), count, 1, () => {
        f.store('i32.store', to, i32(0));
        f.set(to, add(to, i32(4)));
      });
    const behind = f.let(op('i32.sub', width, right));
    const count = f.let(op('i32.sub', right, left));
    const whole = f.let(op('i32.and', count, i32(-4)));
    f.for(i32(0), rows, 1, (y) => {
      const inside = op('i32.and', op('i32.ge_s', y, top), op('i32.lt_s', y, bottom));
      f.if(
        inside,
        () => {
          clear(left);
          const from = f.let(add(source, add(mul(y, down), mul(left, across))));
          const done = f.let(i32(0));
          f.if(op('i32.eq', across, i32(4)), () => {
            f.for(i32(0), whole, 4, () => {
              f.store('v128.store', to, load('v128.load', from));
              f.set(from, add(from, i32(16)));
              f.set(to, add(to, i32(16)));
            });
            f.set(done, whole);
          });
          f.for(done, count, 1, () => {
            f.store('i32.store', to, load('i32.load', from));
            f.set(from, add(from, across));
            f.set(to, add(to, i32(4)));
          });
          clear(behind);
        },
        () => clear(width),
      );
    });
  });
}

type Ten<T> = readonly [T, T, T, T, T, T, T, T, T, T];
