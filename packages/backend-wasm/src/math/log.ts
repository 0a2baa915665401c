import { f32x4, i32, i32x4, op, type FunctionBuilder } from '../assembler/index.js';
import { LN2_HIGH, LN2_LOW } from './exp.js';
import { add, and, equal, less, mul, polynomial, sub, where, type Vector, type VectorLocal } from './f32x4.js';

/** (log(1 + t) − t + t²/2)/t³ for √½ ≤ 1 + t ≤ √2: minimax polynomial by Remez' algorithm, relative error 7.5e-10. */
const COEFFICIENTS = [
  3.3333313e-1, -2.500001e-1, 2.0002119e-1, -1.6667996e-1, 1.4219552e-1, -1.2405589e-1, 1.1888162e-1, -1.1675651e-1,
  6.74664e-2,
];

const SQRT_HALF_BITS = 0x3f3504f3;

/** x = m·2ᵉ with √½ ≤ m < √2, for normal x > 0: e as int32 and m as float32 lanes. */
export function splitLogarithm(f: FunctionBuilder, x: VectorLocal): { exponent: VectorLocal; mantissa: VectorLocal } {
  const exponent = f.let(op('i32x4.shr_s', op('i32x4.sub', x, i32x4(SQRT_HALF_BITS)), i32(23)));
  return { exponent, mantissa: f.let(op('i32x4.sub', x, op('i32x4.shl', exponent, i32(23)))) };
}

/** e·ln 2 + log(1 + t) + `correction`, adding from the smallest to the largest; e as float32. */
export function joinLogarithm(f: FunctionBuilder, e: VectorLocal, t: VectorLocal, correction: Vector): Vector {
  const square = f.let(mul(t, t));
  const cube = mul(mul(square, t), polynomial(t, COEFFICIENTS));
  const low = add(add(cube, correction), mul(e, f32x4(LN2_LOW)));
  return add(add(t, sub(low, mul(square, f32x4(0.5)))), mul(e, f32x4(LN2_HIGH)));
}

/**
 * `value`, a logarithm of x, where 0 < x < ∞; else −∞ for 0, NaN for negative x, and `otherwise` for ∞ and NaN.
 */
export function logarithmDomain(x: VectorLocal, value: Vector, otherwise: Vector): Vector {
  const outside = where(equal(x, f32x4(0)), f32x4(-Infinity), where(less(x, f32x4(0)), f32x4(NaN), otherwise));
  return where(and(less(f32x4(0), x), less(x, f32x4(Infinity))), value, outside);
}

/** The natural logarithm with at most 1 ulp of error. */
export function log(f: FunctionBuilder, x: Vector): Vector {
  const operand = f.let(x);
  const subnormal = f.let(less(operand, f32x4(2 ** -126)));
  const normal = f.let(where(subnormal, mul(operand, f32x4(2 ** 23)), operand));
  const { exponent, mantissa } = splitLogarithm(f, normal);
  const e = f.let(op('f32x4.convert_i32x4_s', op('i32x4.sub', exponent, and(subnormal, i32x4(23)))));
  const t = f.let(sub(mantissa, f32x4(1)));
  return logarithmDomain(operand, joinLogarithm(f, e, t, f32x4(0)), operand);
}
