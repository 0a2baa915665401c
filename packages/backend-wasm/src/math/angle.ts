import { f32x4, f64x2, i32, i32x4, op, shuffle, type FunctionBuilder } from '../assembler/index.js';
import { add, mul, polynomial, where, type Vector, type VectorLocal } from './f32x4.js';
import { reduceLargeAngles } from './large-angle.js';

/** π/2 in two float64 parts; the first has 30 bits, so that its product with up to 2²³ is exact. */
const QUARTER_HIGH = 1.570796325802803;
const QUARTER_LOW = 9.920935796805404e-10;

/** (sin r − r)/r³ as a polynomial in r² for |r| ≤ π/4: minimax by Remez' algorithm, relative error 3.6e-9. */
const SINE = [-1.6666655e-1, 8.332178e-3, -1.95173e-4];

/** (cos r − 1 + r²/2)/r⁴ as a polynomial in r² for |r| ≤ π/4: minimax by Remez' algorithm, error 9.5e-11. */
const COSINE = [4.1666646e-2, -1.3887368e-3, 2.4438452e-5];

/** x = quarter·π/2 + rest with a whole quarter (int32, modulo 4) and |rest| ≤ π/4 (float32). */
export function splitAngle(f: FunctionBuilder, x: VectorLocal): { quarter: VectorLocal; rest: VectorLocal } {
  const low = f.let(op('f64x2.promote_low_f32x4', x));
  const high = f.let(op('f64x2.promote_low_f32x4', shuffle(x, x, [2, 3, 2, 3])));
  reduceLargeAngles(f, x, low, high);
  const halves = [low, high].map((half) => {
    const quarter = f.let(op('f64x2.nearest', op('f64x2.mul', half, f64x2(2 / Math.PI))));
    const rest = op('f64x2.sub', half, op('f64x2.mul', quarter, f64x2(QUARTER_HIGH)));
    return {
      quarter: op('i32x4.trunc_sat_f64x2_s_zero', quarter),
      rest: op('f32x4.demote_f64x2_zero', op('f64x2.sub', rest, op('f64x2.mul', quarter, f64x2(QUARTER_LOW)))),
    };
  });
  return {
    quarter: f.let(shuffle(halves[0]!.quarter, halves[1]!.quarter, [0, 1, 4, 5])),
    rest: f.let(shuffle(halves[0]!.rest, halves[1]!.rest, [0, 1, 4, 5])),
  };
}

/** sin(quarter·π/2 + r) for |r| ≤ π/4. */
export function sineAt(f: FunctionBuilder, quarter: VectorLocal, r: VectorLocal): Vector {
  const square = f.let(mul(r, r));
  const sine = add(r, mul(mul(r, square), polynomial(square, SINE)));
  const cosine = add(add(f32x4(1), mul(square, f32x4(-0.5))), mul(mul(square, square), polynomial(square, COSINE)));
  const even = op('i32x4.eq', op('v128.and', quarter, i32x4(1)), i32x4(0));
  const sign = op('i32x4.shl', op('v128.and', quarter, i32x4(2)), i32(30));
  return op('v128.xor', where(even, sine, cosine), sign);
}
