import { add, i32, load, op, type Callable, type ModuleBuilder } from '../assembler/index.js';

/** Adds addInto(to, from, bytes): adds f32 numbers to others; a multiple of 16 bytes. */
export function defineAddInto(module: ModuleBuilder): Callable {
  return module.define('addInto', ['i32', 'i32', 'i32'], 'void', (f, to, from, bytes) => {
    f.for(i32(0), bytes, 16, (offset) => {
      const place = f.let(add(to, offset));
      f.store('v128.store', place, op('f32x4.add', load('v128.load', place), load('v128.load', add(from, offset))));
    });
  });
}
