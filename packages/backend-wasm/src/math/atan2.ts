import { f32x4, i32, op, type FunctionBuilder } from '../assembler/index.js';
import { abs, add, and, copySign, div, equal, less, mul, polynomial, where, type Vector } from './f32x4.js';

/** (atan t − t)/t³ as a polynomial in t² for 0 ≤ t ≤ 1: minimax by Remez' algorithm, relative error 2.3e-9. */
const COEFFICIENTS = [
  -3.3333302e-1, 1.9998638e-1, -1.4265245e-1, 1.0957578e-1, -8.419463e-2, 5.8234613e-2, -3.1455763e-2, 1.1064471e-2,
  -1.8272194e-3,
];

/** The angle of the point (x, y) in −π … π with at most 2 ulp of error; zeros and infinities as in IEEE 754, 9.2.1. */
export function atan2(f: FunctionBuilder, y: Vector, x: Vector): Vector {
  const [ordinate, abscissa] = [f.let(y), f.let(x)];
  const [rise, run] = [f.let(abs(ordinate)), f.let(abs(abscissa))];
  const small = f.let(op('f32x4.min', rise, run));
  const large = f.let(op('f32x4.max', rise, run));
  // 0/0 and ∞/∞ are the only quotients of equals that are not 1; they stand for the angles of 0 and of the diagonal.
  const diagonal = and(less(f32x4(0), large), f32x4(1));
  const t = f.let(where(equal(small, large), diagonal, div(small, large)));
  const square = f.let(mul(t, t));
  const angle = add(t, mul(mul(t, square), polynomial(square, COEFFICIENTS)));

  // Mirrored at the diagonal where |y| > |x|, and at the vertical axis where x < 0.
  const steep = f.let(less(run, rise));
  const left = f.let(op('i32x4.shr_s', abscissa, i32(31)));
  const flip = and(op('v128.xor', steep, left), f32x4(-0));
  const offset = (unit: number) => where(steep, f32x4(unit / 2), and(left, f32x4(unit)));
  const pi = Math.fround(Math.PI);
  const positive = add(offset(pi), add(op('v128.xor', angle, flip), offset(Math.PI - pi)));
  return copySign(positive, ordinate);
}
