import { i32, op, select, type Code, type FunctionBuilder, type Local } from '../assembler/index.js';

/** The thread that runs a piece of code, and how many there are. */
export interface Threads {
  readonly thread: Code<'i32'>;
  readonly threads: Code<'i32'>;
}

/** A thread's part of 0 ≤ i < extent: neighbours, in multiples of `unit`; the parts differ by one unit at most. */
export function share(
  f: FunctionBuilder,
  { thread, threads }: Threads,
  extent: number,
  unit = 1,
): { readonly begin: Local<'i32'>; readonly end: Local<'i32'> } {
  const units = i32(Math.ceil(extent / unit));
  const bound = (part: Code<'i32'>): Local<'i32'> => {
    const index = f.let(op('i32.mul', op('i32.div_u', op('i32.mul', units, part), threads), i32(unit)));
    return unit === 1 ? index : f.let(select(op('i32.lt_s', index, i32(extent)), index, i32(extent)));
  };
  return { begin: bound(thread), end: bound(op('i32.add', thread, i32(1))) };
}
