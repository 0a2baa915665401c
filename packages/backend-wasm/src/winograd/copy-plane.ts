import { add, i32, load, mul, op, type Callable, type Local, type ModuleBuilder } from '../assembler/index.js';

const copyPlaneParameters = {
  source: 'i32',
  downBytes: 'i32',
  acrossBytes: 'i32',
  out: 'i32',
  width: 'i32',
  rows: 'i32',
  top: 'i32',
  bottom: 'i32',
  left: 'i32',
  right: 'i32',
} as const;
export type CopyPlaneParameters = typeof copyPlaneParameters;

/**
 * Adds `copyPlane`, which copies rows top ≤ y < bottom and columns left ≤ x < right of a plane to the same places in a
 * plane of `rows` rows of `width`, zero elsewhere.
 */
export function defineCopyPlane(module: ModuleBuilder): Callable<CopyPlaneParameters, 'void'> {
  return module.define('copyPlane', copyPlaneParameters, (f, parameters) => {
    const { source, downBytes, acrossBytes, out, width, rows, top, bottom, left, right } = parameters;
    const to = f.let(out);
    const clear = (count: Local<'i32'>): void =>
      f.for(i32(0), count, 1, () => {
        f.store('i32.store', to, i32(0));
        f.set(to, add(to, i32(4)));
      });
    const after = f.let(op('i32.sub', width, right));
    const count = f.let(op('i32.sub', right, left));
    const whole = f.let(op('i32.and', count, i32(-4)));
    f.for(i32(0), rows, 1, (y) => {
      const inside = op('i32.and', op('i32.ge_s', y, top), op('i32.lt_s', y, bottom));
      f.if(
        inside,
        () => {
          clear(left);
          const from = f.let(add(source, add(mul(y, downBytes), mul(left, acrossBytes))));
          const done = f.let(i32(0));
          f.if(op('i32.eq', acrossBytes, i32(4)), () => {
            f.for(i32(0), whole, 4, () => {
              f.store('v128.store', to, load('v128.load', from));
              f.set(from, add(from, i32(16)));
              f.set(to, add(to, i32(16)));
            });
            f.set(done, whole);
          });
          f.for(done, count, 1, () => {
            f.store('i32.store', to, load('i32.load', from));
            f.set(from, add(from, acrossBytes));
            f.set(to, add(to, i32(4)));
          });
          clear(after);
        },
        () => clear(width),
      );
    });
  });
}
