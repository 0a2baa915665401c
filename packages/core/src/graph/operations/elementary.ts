import { abs } from '../primitives/abs.js';
import { add } from '../primitives/add.js';
import { atan2 } from '../primitives/atan2.js';
import { cos } from '../primitives/cos.js';
import { div } from '../primitives/div.js';
import { expm1 } from '../primitives/expm1.js';
import { less } from '../primitives/less.js';
import { log } from '../primitives/log.js';
import { log1p } from '../primitives/log1p.js';
import { maximum } from '../primitives/maximum.js';
import { minimum } from '../primitives/minimum.js';
import { mul } from '../primitives/mul.js';
import { neg } from '../primitives/neg.js';
import { sign } from '../primitives/sign.js';
import { sin } from '../primitives/sin.js';
import { sqrt } from '../primitives/sqrt.js';
import { sub } from '../primitives/sub.js';
import { where } from '../primitives/where.js';
import { withVjp } from '../primitives/with-vjp.js';
import { greaterEqual } from '../primitives/greater-equal.js';
import { logicalAnd } from '../primitives/and.js';
import { lessEqual } from '../primitives/less-equal.js';
import type { Tensor } from '../tensor.js';

/** x². */
export function square(x: Tensor): Tensor {
  return mul(x, x);
}

/** 1/x. */
export function reciprocal(x: Tensor): Tensor {
  return div(1, x);
}

/** 1/√x. */
export function rsqrt(x: Tensor): Tensor {
  return div(1, sqrt(x));
}

/** The logarithm to base 2. */
export function log2(x: Tensor): Tensor {
  return mul(log(x), Math.LOG2E);
}

/** The tangent of x radians. */
export function tan(x: Tensor): Tensor {
  return div(sin(x), cos(x));
}

/** The angle in [−π/2, π/2] whose sine is x: the angle of the point (√(1 − x²), x). */
export function asin(x: Tensor): Tensor {
  return atan2(x, cathetus(x));
}

/** The angle in [0, π] whose cosine is x. */
export function acos(x: Tensor): Tensor {
  return atan2(cathetus(x), x);
}

/** √(1 − x²) without cancellation near ±1. */
function cathetus(x: Tensor): Tensor {
  return sqrt(mul(sub(1, x), add(1, x)));
}

/** The angle in (−π/2, π/2) whose tangent is x. */
export function atan(x: Tensor): Tensor {
  return atan2(x, 1);
}

/** The hyperbolic sine, exact near 0: (u + u/(u + 1))/2 with u = e^|x| − 1. */
export function sinh(x: Tensor): Tensor {
  const u = expm1(abs(x));
  const magnitude = mul(add(u, div(u, add(u, 1))), 0.5);
  return withSlope('sinh', x, where(less(x, 0), neg(magnitude), magnitude), cosh);
}

/** The hyperbolic cosine. */
export function cosh(x: Tensor): Tensor {
  const u = expm1(abs(x));
  return withSlope('cosh', x, add(1, mul(div(mul(u, u), add(u, 1)), 0.5)), sinh);
}

/** The inverse of sinh, exact near 0: ln(1 + |x| + x²/(1 + √(1 + x²))), with the sign of x. */
export function asinh(x: Tensor): Tensor {
  const magnitude = abs(x);
  const value = log1p(add(magnitude, div(square(x), add(1, sqrt(add(square(x), 1))))));
  return withSlope('asinh', x, mul(sign(x), value), (at) => rsqrt(add(square(at), 1)));
}

/** The inverse of cosh for x ≥ 1: ln(1 + t + √(2t + t²)) with t = x − 1. */
export function acosh(x: Tensor): Tensor {
  const t = sub(x, 1);
  return log1p(add(t, sqrt(mul(t, add(t, 2)))));
}

/** The inverse of tanh: ½·ln(1 + 2x/(1 − x)). */
export function atanh(x: Tensor): Tensor {
  return mul(log1p(div(mul(x, 2), sub(1, x))), 0.5);
}

/** x limited to [min, max]; NaN is passed on. The gradient is 1 inside (ends included) and 0 outside. */
export function clamp(x: Tensor, min: number, max: number): Tensor {
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
