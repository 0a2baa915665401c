import { clamp, erf, expm1, minimum, mul, sigmoid, tanh, where } from '@adjoint/core';
import type { Tensor } from '@adjoint/core';

/** x·Φ(x), Φ being the distribution function of the normal distribution. */
export function gelu(x: Tensor): Tensor {
  return x.mul(0.5).mul(erf(x.mul(Math.SQRT1_2)).add(1));
}

/** The approximation x/2·(1 + tanh(√(2/π)·(x + 0.044715x³))) of `gelu`. */
export function geluByTanh(x: Tensor): Tensor {
  const inner = x.add(mul(x.mul(x), x).mul(0.044715)).mul(Math.sqrt(2 / Math.PI));
  return x.mul(0.5).mul(tanh(inner).add(1));
}

/** x·σ(x). */
export function silu(x: Tensor): Tensor {
  return x.mul(sigmoid(x));
}

/** x where it is positive, α·(e^(x/β) − 1) elsewhere. */
export function exponentialBelow(x: Tensor, alpha: number, beta = 1): Tensor {
  return where(x.greater(0), x, expm1(minimum(x, 0).div(beta)).mul(alpha));
}

/** (x + 3)/6 within 0 and 1: the sigmoid in straight lines. */
export function hardSigmoid(x: Tensor): Tensor {
  return clamp(x.div(6).add(0.5), 0, 1);
}

/** λ of `selu`. */
export const seluScale = 1.0507009873554805;
/** α of `selu`. */
export const seluAlpha = 1.6732632423543772;
