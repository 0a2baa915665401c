import { cast, div, isFloat, pow, type Tensor } from '@adjoint/core';

export function isWhole(x: Tensor): boolean {
  return x.dtype === 'int32';
}

/** A function of floats on whole numbers, by float64, which holds every int32; the result is rounded towards zero. */
export function throughFloat64(tensors: readonly Tensor[], f: (...floats: Tensor[]) => Tensor): Tensor {
  return cast(f(...tensors.map((tensor) => cast(tensor, 'float64'))), 'int32');
}

/** a/b, of whole numbers rounded towards zero. */
export function quotient(a: Tensor, b: Tensor): Tensor {
  return isFloat(a.dtype) ? div(a, b) : throughFloat64([a, b], div);
}

/** aᵇ in the dtype of a. */
export function power(a: Tensor, b: Tensor): Tensor {
  if (isWhole(a)) return throughFloat64([a, b], pow);
  return pow(a, cast(b, a.dtype));
}

/** Floats as they are, all else as float32. */
export function floatOf(x: Tensor): Tensor {
  return isFloat(x.dtype) ? x : cast(x, 'float32');
}
