import { add, i32, load, op, type Callable, type ModuleBuilder } from '../assembler/index.js';

const addIntoParameters = { to: 'i32', from: 'i32', bytes: 'i32' } as const;
export type AddIntoParameters = typeof addIntoParameters;

/** Adds `addInto`, which adds f32 numbers to others; `bytes` is a multiple of 16. */
export function defineAddInto(module: ModuleBuilder): Callable<AddIntoParameters, 'void'> {
  return module.define('addInto', addIntoParameters, (f, { to, from, bytes }) => {
    f.for(i32(0), bytes, 16, (offset) => {
      const place = f.let(add(to, offset));
      f.store('v128.store', place, op('f32x4.add', load('v128.load', place), load('v128.load', add(from, offset))));
    });
  });
}
