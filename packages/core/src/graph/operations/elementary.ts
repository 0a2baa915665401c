import { checkTensors } from '../operand.js';
import { abs } from '../primitives/abs.js';
import { add } from '../primitives/add.js';
import { atan2 } from '../primitives/atan2.js';
import { cos } from '../primitives/cos.js';
import { div } from '../primitives/div.js';
import { exp } from '../primitives/exp.js';
import { expm1 } from '../primitives/expm1.js';
import { floor } from '../primitives/floor.js';
import { less } from '../primitives/less.js';
import { log } from '../primitives/log.js';
import { log1p } from '../primitives/log1p.js';
import { maximum } from '../primitives/maximum.js';
import { minimum } from '../primitives/minimum.js';
import { mul } from '../primitives/mul.js';
import { neg } from '../primitives/neg.js';
import { pow } from '../primitives/pow.js';
import { round } from '../primitives/round.js';
import { sign } from '../primitives/sign.js';
import { sin } from '../primitives/sin.js';
import { sqrt } from '../primitives/sqrt.js';
import { sub } from '../primitives/sub.js';
import { where } from '../primitives/where.js';
import { withVjp } from '../primitives/with-vjp.js';
import { greaterEqual } from '../primitives/greater-equal.js';
import { logicalAnd } from '../primitives/logical-and.js';
import { lessEqual } from '../primitives/less-equal.js';
import type { Tensor } from '../tensor.js';

/** x². */
export function square(x: Tensor): Tensor {
  checkTensors('square', x);
  return mul(x, x);
}

/** 1/x. */
export function reciprocal(x: Tensor): Tensor {
  checkTensors('reciprocal', x);
  return div(1, x);
}

/** 1/√x. */
export function rsqrt(x: Tensor): Tensor {
  checkTensors('rsqrt', x);
  return div(1, sqrt(x));
}

/**
 * The logarithm to base 2, exact at powers of two: k + log₂(x/2ᵏ) with k = round(log₂ x). The power is applied in two
 * halves, since 2ᵏ itself may be out of range.
 */
export function log2(x: Tensor): Tensor {
  checkTensors('log2', x);
  const estimate = mul(log(x), Math.LOG2E);
  const exponent = where(less(abs(estimate), Infinity), round(estimate), 0);
  const half = floor(mul(exponent, 0.5));
  const mantissa = mul(mul(x, pow(2, neg(half))), pow(2, sub(half, exponent)));
  return withSlope('log2', x, add(exponent, mul(log(mantissa), Math.LOG2E)), (input) => div(Math.LOG2E, input));
}

/** The tangent of x radians. */
export function tan(x: Tensor): Tensor {
  checkTensors('tan', x);
  return div(sin(x), cos(x));
}

/** The angle in [−π/2, π/2] whose sine is x: the angle of the point (√(1 − x²), x). */
export function asin(x: Tensor): Tensor {
  checkTensors('asin', x);
  return atan2(x, cathetus(x));
}

/** The angle in [0, π] whose cosine is x. */
export function acos(x: Tensor): Tensor {
  checkTensors('acos', x);
  return atan2(cathetus(x), x);
}

/** √(1 − x²) without cancellation near ±1. */
function cathetus(x: Tensor): Tensor {
  return sqrt(mul(sub(1, x), add(1, x)));
}

/** The angle in (−π/2, π/2) whose tangent is x. */
export function atan(x: Tensor): Tensor {
  checkTensors('atan', x);
  return atan2(x, 1);
}

/** From here on e⁻ˣ is nothing beside eˣ; below, e^x is finite in float32. */
const hyperbolicLimit = 44;

/** e^|x|/2 without overflow before the result does: (e^(|x|/2)/2)·e^(|x|/2). */
function halfExponential(x: Tensor): Tensor {
  const root = exp(mul(abs(x), 0.5));
  return mul(mul(root, 0.5), root);
}

/** The hyperbolic sine, exact near 0: (u + u/(u + 1))/2 with u = e^|x| − 1. */
export function sinh(x: Tensor): Tensor {
  checkTensors('sinh', x);
  const magnitude = abs(x);
  const u = expm1(magnitude);
  const near = mul(add(u, div(u, add(u, 1))), 0.5);
  const value = where(less(magnitude, hyperbolicLimit), near, halfExponential(x));
  return withSlope('sinh', x, where(less(x, 0), neg(value), value), cosh);
}

/** The hyperbolic cosine: 1 + u²/(2(u + 1)) with u = e^|x| − 1. */
export function cosh(x: Tensor): Tensor {
  checkTensors('cosh', x);
  const magnitude = abs(x);
  const u = expm1(magnitude);
  const near = add(1, mul(mul(u, div(u, add(u, 1))), 0.5));
  return withSlope('cosh', x, where(less(magnitude, hyperbolicLimit), near, halfExponential(x)), sinh);
}

/** From here on √(x² ± 1) is |x|, in both float dtypes; x² is finite below. */
const inverseLimit = 2 ** 27;

/** The inverse of sinh, exact near 0: ln(1 + |x| + x²/(1 + √(1 + x²))), with the sign of x; ln 2|x| for large x. */
export function asinh(x: Tensor): Tensor {
  checkTensors('asinh', x);
  const magnitude = abs(x);
  const near = log1p(add(magnitude, div(square(x), add(1, sqrt(add(square(x), 1))))));
  const value = where(less(magnitude, inverseLimit), near, add(log(magnitude), Math.LN2));
  return withSlope('asinh', x, mul(sign(x), value), (input) =>
    where(less(abs(input), inverseLimit), rsqrt(add(square(input), 1)), reciprocal(abs(input))),
  );
}

/** The inverse of cosh for x ≥ 1: ln(1 + t + √t·√(t + 2)) with t = x − 1; ln 2x for large x. */
export function acosh(x: Tensor): Tensor {
  checkTensors('acosh', x);
  const t = sub(x, 1);
  const near = log1p(add(t, mul(sqrt(t), sqrt(add(t, 2)))));
  const value = where(greaterEqual(x, inverseLimit), add(log(x), Math.LN2), near);
  return withSlope('acosh', x, value, (input) => mul(rsqrt(sub(input, 1)), rsqrt(add(input, 1))));
}

/** The inverse of tanh, exact near 0 and near ±1: ½·ln(1 + 2|x|/(1 − |x|)), with the sign of x. */
export function atanh(x: Tensor): Tensor {
  checkTensors('atanh', x);
  const magnitude = abs(x);
  const value = mul(log1p(div(mul(magnitude, 2), sub(1, magnitude))), 0.5);
  return withSlope('atanh', x, mul(sign(x), value), (input) => reciprocal(mul(sub(1, input), add(1, input))));
}

/** x limited to [min, max]; NaN is passed on. The gradient is 1 inside (ends included) and 0 outside. */
export function clamp(x: Tensor, min: number, max: number): Tensor {
  checkTensors('clamp', x);
  return withVjp(
    'clamp',
    [x],
    () => minimum(maximum(x, min), max),
    (cotangent) => [where(logicalAnd(greaterEqual(x, min), lessEqual(x, max)), cotangent, 0)],
  );
}

/** A function whose derivative is better given than derived through its formula, which has a kink at 0. */
function withSlope(name: string, x: Tensor, value: Tensor, slope: (x: Tensor) => Tensor): Tensor {
  return withVjp(
    name,
    [x],
    () => value,
    (cotangent) => [mul(cotangent, slope(x))],
  );
}
