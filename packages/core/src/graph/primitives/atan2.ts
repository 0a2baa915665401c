import type { Expression } from '../../loops/loop-program.js';
import * as scalar from '../../loops/scalar.js';
import { isFloat } from '../../tensor/dtype.js';
import type { Tensor } from '../tensor.js';
import { add } from './add.js';
import { div } from './div.js';
import { applyBinary, binaryPrimitive } from './elementwise.js';
import type { Operand } from '../operand.js';
import { mul } from './mul.js';
import { neg } from './neg.js';

/** 1, −1/3, 1/5, …: the arc tangent of t is t times this series in t² (Abramowitz & Stegun 1964, 4.4.42). */
const arcTangentSeries = Array.from({ length: 12 }, (_, k) => (-1) ** k / (2 * k + 1));

/** The arc tangent of the smaller over the larger magnitude, halved twice for the series, then brought to its octant. */
const atan2InLoops = scalar.named('atan2', (a, b) => {
  const [rise, run] = [scalar.abs(a), scalar.abs(b)];
  const [larger, smaller] = [scalar.maximum(rise, run), scalar.minimum(rise, run)];
  // 0/0 is 0 here, and ∞/∞ is 1.
  const isDiagonal = scalar.and(scalar.equal(larger, smaller), scalar.greater(larger, 0));
  const quotient = scalar.div(smaller, scalar.where(scalar.equal(larger, 0), 1, larger));
  const eighth = halfOfArcTangent(halfOfArcTangent(scalar.where(isDiagonal, 1, quotient)));
  const arc = scalar.mul(scalar.mul(eighth, 4), scalar.polynomial(scalar.mul(eighth, eighth), arcTangentSeries));
  const inQuarter = scalar.where(scalar.greater(rise, run), scalar.sub(Math.PI / 2, arc), arc);
  const inHalf = scalar.where(scalar.isNegative(b), scalar.sub(Math.PI, inQuarter), inQuarter);
  return scalar.where(scalar.isNegative(a), scalar.neg(inHalf), inHalf);
});

/** tan(α/2) from t = tan α: t/(1 + √(1 + t²)). */
function halfOfArcTangent(t: Expression): Expression {
  return scalar.div(t, scalar.add(scalar.sqrt(scalar.add(scalar.mul(t, t), 1)), 1));
}

export const atan2Primitive = binaryPrimitive({
  name: 'atan2',
  formula: 'y = the angle of the point (b, a); ā = ȳ·b/(a² + b²), b̄ = −ȳ·a/(a² + b²)',
  cost: 8,
  evaluate: Math.atan2,
  expression: atan2InLoops,
  accepts: isFloat,
  vjp: (cotangent, a, b) => {
    const scaled = (): Tensor => div(cotangent, add(mul(a, a), mul(b, b)));
    return [() => mul(scaled(), b), () => neg(mul(scaled(), a))];
  },
});

/** The angle of the point (x = b, y = a) in (−π, π], in radians, with broadcasting. */
export function atan2(a: Operand, b: Operand): Tensor {
  return applyBinary(atan2Primitive, a, b);
}
