import { isFloat } from '../../tensor/dtype.js';
import type { Tensor } from '../tensor.js';
import { add } from './add.js';
import { div } from './div.js';
import { applyBinary, binaryPrimitive, type Operand } from './elementwise.js';
import { mul } from './mul.js';
import { neg } from './neg.js';

export const atan2Primitive = binaryPrimitive({
  name: 'atan2',
  formula: 'y = the angle of the point (b, a); ā = ȳ·b/(a² + b²), b̄ = −ȳ·a/(a² + b²)',
  cost: 8,
  evaluate: Math.atan2,
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
