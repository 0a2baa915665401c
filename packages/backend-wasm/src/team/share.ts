import { add, div, i32, mul, smaller, type Code, type FunctionBuilder, type Local } from '../assembler/index.js';

/** The threads that run a piece of code. */
export interface Threads {
  /** Which of them runs it, from 0. */
  readonly thread: Code<'i32'>;
  /** How many there are. */
  readonly threads: Code<'i32'>;
  /** Writes code at which all of them meet. */
  barrier(): void;
}

/** An interval begin ≤ i < end. */
export interface Range {
  readonly begin: Code<'i32'>;
  readonly end: Code<'i32'>;
}

/** A thread's share of 0 ≤ i < extent: neighbours, in multiples of `unit`; shares differ by one unit at most. */
export function share(
  f: FunctionBuilder,
  { thread, threads }: Threads,
  extent: number,
  unit = 1,
): { readonly begin: Local<'i32'>; readonly end: Local<'i32'> } {
  const units = i32(Math.ceil(extent / unit));
  const bound = (before: Code<'i32'>): Local<'i32'> => {
    const index = f.let(mul(div(mul(units, before), threads), i32(unit)));
    return unit === 1 ? index : f.let(smaller(index, i32(extent)));
  };
  return { begin: bound(thread), end: bound(add(thread, i32(1))) };
}

/** All of 0 ≤ i < extent. */
export function whole(extent: number): Range {
  return { begin: i32(0), end: i32(extent) };
}
