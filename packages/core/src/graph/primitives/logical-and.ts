import * as scalar from '../../loops/scalar.js';
import { isBool } from '../../tensor/dtype.js';
import type { Tensor } from '../tensor.js';
import { applyBinary, binaryPrimitive } from './elementwise.js';

export const logicalAndPrimitive = binaryPrimitive({
  name: 'logicalAnd',
  formula: 'y = a ∧ b',
  evaluate: (a, b) => a & b,
  expression: scalar.and,
  accepts: isBool,
});

/** a and b, of booleans, with broadcasting. */
export function logicalAnd(a: Tensor, b: Tensor): Tensor {
  return applyBinary(logicalAndPrimitive, a, b);
}
