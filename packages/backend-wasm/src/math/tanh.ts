import { f32x4, type FunctionBuilder } from '../assembler/index.js';
import { exp } from './exp.js';
import { abs, add, copySign, div, less, mul, polynomial, sub, where, type Vector } from './f32x4.js';

/** (tanh x − x)/x³ as a polynomial in x² for |x| ≤ 0.625: minimax by Remez' algorithm, relative error 4.1e-9. */
const COEFFICIENTS = [-3.3333284e-1, 1.3331491e-1, -5.37435e-2, 2.0650592e-2, -5.7170503e-3];

/** The hyperbolic tangent with at most 2 ulp of error: a polynomial near 0, 1 − 2/(e^(2x) + 1) beyond. */
export function tanh(f: FunctionBuilder, x: Vector): Vector {
  const operand = f.let(x);
  const magnitude = f.let(abs(operand));
  const square = f.let(mul(magnitude, magnitude));
  const near = add(magnitude, mul(mul(magnitude, square), polynomial(square, COEFFICIENTS)));
  const far = sub(f32x4(1), div(f32x4(2), add(exp(f, add(magnitude, magnitude)), f32x4(1))));
  return copySign(where(less(magnitude, f32x4(0.625)), near, far), operand);
}
