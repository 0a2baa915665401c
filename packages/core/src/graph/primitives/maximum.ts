import * as scalar from '../../loops/scalar.js';
import { isNumeric } from '../../tensor/dtype.js';
import type { Tensor } from '../tensor.js';
import { applyBinary, binaryPrimitive } from './elementwise.js';
import type { Operand } from '../operand.js';
import { equal } from './equal.js';
import { greater } from './greater.js';
import { mul } from './mul.js';
import { where } from './where.js';

/** NaN is passed on. */
export const maximumPrimitive = binaryPrimitive({
  name: 'maximum',
  formula: 'y = max(a, b); ā = ȳ where a > b, ȳ/2 where a = b, b̄ = ȳ − ā',
  evaluate: Math.max,
  expression: scalar.maximum,
  accepts: isNumeric,
  vjp: (cotangent, a, b) => [() => share(cotangent, a, b), () => share(cotangent, b, a)],
});

function share(cotangent: Tensor, own: Tensor, other: Tensor): Tensor {
  return where(greater(own, other), cotangent, where(equal(own, other), mul(cotangent, 0.5), 0));
}

/** The larger of a and b, element by element, with broadcasting; NaN is passed on. */
export function maximum(a: Operand, b: Operand): Tensor {
  return applyBinary(maximumPrimitive, a, b);
}
