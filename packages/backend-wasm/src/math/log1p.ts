import { f32x4, i32x4, op, type FunctionBuilder } from '../assembler/index.js';
import { add, div, equal, sub, where, type Vector } from './f32x4.js';
import { joinLogarithm, logarithmDomain, splitLogarithm } from './log.js';

/** log(1 + x) with at most 1 ulp of error, for small x as well. */
export function log1p(f: FunctionBuilder, x: Vector): Vector {
  const operand = f.let(x);
  const sum = f.let(add(operand, f32x4(1)));
  // What the sum lost to rounding (Knuth, TAOCP volume 2, section 4.2.2, theorem B): log(u + c) ≈ log u + c/u.
  const one = f.let(sub(sum, operand));
  const lost = add(sub(operand, sub(sum, one)), sub(f32x4(1), one));
  const { exponent, mantissa } = splitLogarithm(f, sum);
  const near = f.let(op('i32x4.eq', exponent, i32x4(0)));
  const t = f.let(where(near, operand, sub(mantissa, f32x4(1))));
  const correction = op('v128.andnot', div(lost, sum), near);
  const value = joinLogarithm(f, f.let(op('f32x4.convert_i32x4_s', exponent)), t, correction);
  // Zeros keep their sign.
  return where(equal(operand, f32x4(0)), operand, logarithmDomain(sum, value, operand));
}
