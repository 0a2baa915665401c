import { i32x4, op, type FunctionBuilder } from '../assembler/index.js';
import { sineAt, splitAngle } from './angle.js';
import type { Vector } from './f32x4.js';

/**
 * The cosine with at most 2.4 ulp of error for every finite x (radians), 2 for |x| < 2²³: the sine a quarter of a turn
 * on. Beyond 2²³ the remainder is rounded to float64 near π/2, which shows where the cosine is around 10⁻⁹.
 */
export function cos(f: FunctionBuilder, x: Vector): Vector {
  const { quarter, rest } = splitAngle(f, f.let(x));
  return sineAt(f, f.let(op('i32x4.add', quarter, i32x4(1))), rest);
}
