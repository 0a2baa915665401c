import { i32, op, select, type Code } from './code.js';

type I32 = Code<'i32'>;

// Short forms for the i32 arithmetic of addresses and counts. What is known when the code is written is computed then.

export const add = (a: I32, b: I32): I32 => {
  if (isConstant(a, 0)) return b;
  return isConstant(b, 0) ? a : (folded(a, b, (x, y) => x + y) ?? op('i32.add', a, b));
};

export const sub = (a: I32, b: I32): I32 =>
  isConstant(b, 0) ? a : (folded(a, b, (x, y) => x - y) ?? op('i32.sub', a, b));

export const mul = (a: I32, b: I32): I32 => {
  if (isConstant(a, 1)) return b;
  return isConstant(b, 1) ? a : (folded(a, b, Math.imul) ?? op('i32.mul', a, b));
};

/** The quotient of numbers that are not negative. */
export const div = (a: I32, b: I32): I32 => (isConstant(b, 1) ? a : op('i32.div_u', a, b));

/** The remainder of numbers that are not negative. */
export const rem = (a: I32, b: I32): I32 => op('i32.rem_u', a, b);

/** Both operands are written twice: they should be short. */
export const smaller = (a: I32, b: I32): I32 => folded(a, b, Math.min) ?? select(op('i32.lt_s', a, b), a, b);
export const larger = (a: I32, b: I32): I32 => folded(a, b, Math.max) ?? select(op('i32.gt_s', a, b), a, b);

function isConstant({ constant }: I32, value: number): boolean {
  return constant === value;
}

function folded(
  { constant: a }: I32,
  { constant: b }: I32,
  compute: (a: number, b: number) => number,
): I32 | undefined {
  return a === undefined || b === undefined ? undefined : i32(compute(a, b));
}
