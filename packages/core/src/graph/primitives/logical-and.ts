import * as scalar from '../../loops/scalar.js';
import { isBool } from '../../tensor/dtype.js';
import type { Tensor } from '../tensor.js';
import { applyBinary, binaryPrimitive } from './elementwise.js';

export const andPrimitive = binaryPrimitive({
  name: 'and',
  formula: 'y = a ∧ b',
  evaluate: (a, b) => a & b,
  expression: scalar.and,
  accepts: isBool,
});

/** a and b, of booleans, with broadcasting. */
export function logicalAnd(a: Tensor, b: Tensor): Tensor {
  return applyBinary(andPrimitive, a, b);
}
