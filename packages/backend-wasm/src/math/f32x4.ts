import { f32x4, op, type Code, type Local } from '../assembler/index.js';

/** Four float32, or four int32 or masks that belong to them. */
export type Vector = Code<'v128'>;
export type VectorLocal = Local<'v128'>;

export const add = (x: Vector, y: Vector): Vector => op('f32x4.add', x, y);
export const sub = (x: Vector, y: Vector): Vector => op('f32x4.sub', x, y);
export const mul = (x: Vector, y: Vector): Vector => op('f32x4.mul', x, y);
export const div = (x: Vector, y: Vector): Vector => op('f32x4.div', x, y);
export const abs = (x: Vector): Vector => op('f32x4.abs', x);
export const equal = (x: Vector, y: Vector): Vector => op('f32x4.eq', x, y);
export const less = (x: Vector, y: Vector): Vector => op('f32x4.lt', x, y);
export const and = (x: Vector, y: Vector): Vector => op('v128.and', x, y);

/** `x` where the mask is set, otherwise `y`. */
export const where = (mask: Vector, x: Vector, y: Vector): Vector => op('v128.bitselect', x, y, mask);

/** `x`, kept between two numbers; NaN stays NaN. */
export const clamp = (x: Vector, low: number, high: number): Vector =>
  op('f32x4.pmax', op('f32x4.pmin', x, f32x4(high)), f32x4(low));

/** |x| with the sign of `sign`. */
export const copySign = (x: Vector, sign: Vector): Vector => op('v128.bitselect', sign, x, f32x4(-0));

/** Σ coefficients[i]·xⁱ by Horner's rule. */
export function polynomial(x: VectorLocal, coefficients: readonly number[]): Vector {
  return coefficients
    .map((coefficient) => f32x4(coefficient))
    .reduceRight((sum, coefficient) => add(mul(sum, x), coefficient));
}
