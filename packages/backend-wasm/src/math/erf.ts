import { f32x4, op, type FunctionBuilder } from '../assembler/index.js';
import { exp } from './exp.js';
import { abs, add, copySign, less, mul, polynomial, sub, where, type Vector } from './f32x4.js';

/** erf(x)/x − 1 as a polynomial in x² for |x| ≤ 1: minimax by Remez' algorithm, error 1.2e-9. */
const NEAR = [1.2837917e-1, -3.7612626e-1, 1.12836e-1, -2.6854444e-2, 5.1895357e-3, -8.020842e-4, 7.889123e-5];

/** −log(1 − erf x) for 1 ≤ x ≤ 4: minimax polynomial by Remez' algorithm, error 1.0e-9 in erf x. */
const FAR = [3.5372024e-4, 1.12704, 6.382257e-1, 1.03037365e-1, -2.1805316e-2, 2.9396066e-3, -1.8557392e-4];

/** The error function with at most 2 ulp of error; 1 in float32 from 4 on. */
export function erf(f: FunctionBuilder, x: Vector): Vector {
  const operand = f.let(x);
  const magnitude = f.let(op('f32x4.pmin', abs(operand), f32x4(4)));
  const square = f.let(mul(magnitude, magnitude));
  const near = add(magnitude, mul(magnitude, polynomial(square, NEAR)));
  const far = sub(f32x4(1), exp(f, op('f32x4.neg', polynomial(magnitude, FAR))));
  return copySign(where(less(magnitude, f32x4(1)), near, far), operand);
}
