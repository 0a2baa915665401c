import { f32x4, i32, i32x4, op, type FunctionBuilder } from '../assembler/index.js';
import { add, clamp, mul, polynomial, sub, type Vector, type VectorLocal } from './f32x4.js';

/** ln 2 in two parts: the first has 9 bits, so that its product with an exponent is exact (Cody & Waite 1980). */
export const LN2_HIGH = 0.693359375;
export const LN2_LOW = Math.LN2 - LN2_HIGH;

/** (eʳ − 1 − r)/r² for |r| ≤ ln 2 / 2: minimax polynomial by Remez' algorithm, error 1.5e-8 |r| in eʳ − 1. */
const COEFFICIENTS = [5e-1, 1.6666533e-1, 4.166625e-2, 8.367922e-3, 1.3948766e-3];

/** x = n·ln 2 + r with a whole n and |r| ≤ ln 2 / 2; `rest` is eʳ − 1. */
export function splitExponential(f: FunctionBuilder, x: VectorLocal): { n: VectorLocal; rest: VectorLocal } {
  const n = f.let(op('f32x4.nearest', mul(x, f32x4(Math.LOG2E))));
  const r = f.let(sub(sub(x, mul(n, f32x4(LN2_HIGH))), mul(n, f32x4(LN2_LOW))));
  return { n, rest: f.let(add(r, mul(mul(r, r), polynomial(r, COEFFICIENTS)))) };
}

/** 2ⁿ for int32 lanes −126 ≤ n ≤ 127. */
export function powerOfTwo(n: Vector): Vector {
  return op('i32x4.shl', op('i32x4.add', n, i32x4(127)), i32(23));
}

/** eˣ with at most 1.1 ulp of error; overflows to ∞, and underflows gradually to 0. */
export function exp(f: FunctionBuilder, x: Vector): Vector {
  const { n, rest } = splitExponential(f, f.let(clamp(x, -104, 89)));
  // In two factors, since 2ⁿ alone leaves the range before eˣ does.
  const exponent = f.let(op('i32x4.trunc_sat_f32x4_s', n));
  const half = f.let(op('i32x4.shr_s', exponent, i32(1)));
  return mul(mul(add(rest, f32x4(1)), powerOfTwo(half)), powerOfTwo(op('i32x4.sub', exponent, half)));
}
