import { f32x4, f64x2, i32, i32x4, op, shuffle, vector, type FunctionBuilder } from '../assembler/index.js';
import { abs, and, equal, less, mul, where, type Vector, type VectorLocal } from './f32x4.js';

/**
 * (2·artanh s − 2s)/s³ as a polynomial in s² for s ≤ (√2 − 1)/(√2 + 1): minimax by Remez' algorithm, relative error
 * 3e-14.
 */
const LOGARITHM = [0.6666666667584074, 0.3999999560620511, 0.2857211100559762, 0.22176104374450137, 0.1958545951693961];

/** (eʳ − 1 − r)/r² for |r| ≤ ln 2 / 2: minimax polynomial by Remez' algorithm, error 4.8e-11 in eʳ. */
const EXPONENTIAL = [
  0.5000000078323208, 0.1666666686174792, 0.04166626851402609, 0.008333264105718448, 0.0013946176311616194,
  0.00019918524747356426,
];

const SQRT_HALF_BITS = 0x3fe6a09e667f3bcdn;

/**
 * xʸ with at most 0.6 ulp of error, computed as 2^(y·log₂|x|) in float64. A negative x gives a number for whole y only.
 * 1 where y = 0 or x = 1, whatever the other is.
 */
export function pow(f: FunctionBuilder, x: Vector, y: Vector): Vector {
  const [base, exponent] = [f.let(x), f.let(y)];
  const magnitude = f.let(abs(base));
  const half = (lanes: readonly [number, number, number, number]) =>
    powHalf(f, shuffle(magnitude, magnitude, lanes), shuffle(exponent, exponent, lanes));
  const value = f.let(shuffle(half([0, 1, 0, 1]), half([2, 3, 2, 3]), [0, 1, 4, 5]));

  const whole = f.let(equal(exponent, op('f32x4.trunc', exponent)));
  const halved = f.let(mul(exponent, f32x4(0.5)));
  const odd = op('v128.andnot', whole, equal(halved, op('f32x4.trunc', halved)));
  const signed = op('v128.xor', value, and(and(odd, base), f32x4(-0)));
  const negative = and(less(base, f32x4(0)), less(f32x4(-Infinity), base));
  const real = where(op('v128.andnot', negative, whole), f32x4(NaN), signed);
  return where(op('v128.or', equal(exponent, f32x4(0)), equal(base, f32x4(1))), f32x4(1), real);
}

/** 2^(y·log₂ x) of the lower two lanes, for x ≥ 0. */
function powHalf(f: FunctionBuilder, x: Vector, y: Vector): VectorLocal {
  const base = f.let(op('f64x2.promote_low_f32x4', x));
  const bits = (value: bigint) => vector(new BigInt64Array(2).fill(value));
  // x = m·2ᵉ with √½ ≤ m < √2, and log m = 2·artanh((m − 1)/(m + 1)). Subnormal float32 are normal in float64.
  const e = f.let(op('i64x2.shr_s', op('i64x2.sub', base, bits(SQRT_HALF_BITS)), i32(52)));
  const m = f.let(op('i64x2.sub', base, op('i64x2.shl', e, i32(52))));
  const s = f.let(op('f64x2.div', op('f64x2.sub', m, f64x2(1)), op('f64x2.add', m, f64x2(1))));
  const square = f.let(op('f64x2.mul', s, s));
  const logarithm = op(
    'f64x2.add',
    op('f64x2.add', s, s),
    op('f64x2.mul', op('f64x2.mul', s, square), polynomial(square, LOGARITHM)),
  );
  const whole = op('f64x2.convert_low_i32x4_s', shuffle(e, e, [0, 2, 0, 2]));
  const finite = op('f64x2.add', whole, op('f64x2.mul', logarithm, f64x2(Math.LOG2E)));
  const positive = op('v128.and', op('f64x2.lt', f64x2(0), base), op('f64x2.lt', base, f64x2(Infinity)));
  // log₂ 0 = −∞; ∞ and NaN are their own.
  const special = op('v128.bitselect', f64x2(-Infinity), base, op('f64x2.eq', base, f64x2(0)));
  const log2 = op('v128.bitselect', finite, special, positive);

  // Beyond ±200 the result is 0 or ∞ in float32 anyway; NaN passes through.
  const power = op('f64x2.mul', log2, op('f64x2.promote_low_f32x4', y));
  const bounded = f.let(op('f64x2.pmax', op('f64x2.pmin', power, f64x2(200)), f64x2(-200)));
  const n = f.let(op('f64x2.nearest', bounded));
  const r = f.let(op('f64x2.mul', op('f64x2.sub', bounded, n), f64x2(Math.LN2)));
  const rest = op('f64x2.add', r, op('f64x2.mul', op('f64x2.mul', r, r), polynomial(r, EXPONENTIAL)));
  // 2ⁿ: the exponent belongs into the upper word of each float64.
  const upper = f.let(op('i32x4.shl', op('i32x4.add', op('i32x4.trunc_sat_f64x2_s_zero', n), i32x4(1023)), i32(20)));
  const scale = shuffle(upper, i32x4(0), [4, 0, 4, 1]);
  return f.let(op('f32x4.demote_f64x2_zero', op('f64x2.mul', op('f64x2.add', rest, f64x2(1)), scale)));
}

/** Σ coefficients[i]·xⁱ by Horner's rule, in float64. */
function polynomial(x: VectorLocal, coefficients: readonly number[]): Vector {
  return coefficients
    .map((coefficient) => f64x2(coefficient))
    .reduceRight((sum, coefficient) => op('f64x2.add', op('f64x2.mul', sum, x), coefficient));
}
