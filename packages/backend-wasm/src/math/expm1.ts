import { f32x4, i32x4, op, type FunctionBuilder } from '../assembler/index.js';
import { powerOfTwo, splitExponential } from './exp.js';
import { abs, add, clamp, less, mul, sub, where, type Vector } from './f32x4.js';

/** eˣ − 1 with at most 2 ulp of error, for small x as well: 2ⁿ(eʳ − 1) + (2ⁿ − 1). */
export function expm1(f: FunctionBuilder, x: Vector): Vector {
  const operand = f.let(x);
  const { n, rest } = splitExponential(f, f.let(clamp(operand, -25, 89)));
  // Half of it, since 2ⁿ overflows before the result does.
  const half = f.let(powerOfTwo(op('i32x4.sub', op('i32x4.trunc_sat_f32x4_s', n), i32x4(1))));
  const value = mul(add(mul(half, rest), sub(half, f32x4(0.5))), f32x4(2));
  // eˣ − 1 rounds to x here; the sign of zero and the last bit of subnormals stay.
  return where(less(abs(operand), f32x4(2 ** -25)), operand, value);
}
