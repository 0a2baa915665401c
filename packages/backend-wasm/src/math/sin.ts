import { f32x4, type FunctionBuilder } from '../assembler/index.js';
import { sineAt, splitAngle } from './angle.js';
import { equal, where, type Vector } from './f32x4.js';

/** The sine with at most 2 ulp of error for every finite x (radians). */
export function sin(f: FunctionBuilder, x: Vector): Vector {
  const operand = f.let(x);
  const { quarter, rest } = splitAngle(f, operand);
  // Zeros keep their sign.
  return where(equal(operand, f32x4(0)), operand, sineAt(f, quarter, rest));
}
