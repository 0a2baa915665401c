import * as scalar from '../../loops/scalar.js';
import { isBool } from '../../tensor/dtype.js';
import type { Tensor } from '../tensor.js';
import { applyBinary, binaryPrimitive } from './elementwise.js';

export const logicalOrPrimitive = binaryPrimitive({
  name: 'logicalOr',
  formula: 'y = a ∨ b',
  evaluate: (a, b) => a | b,
  expression: scalar.or,
  accepts: isBool,
});

/** a or b, of booleans, with broadcasting. */
export function logicalOr(a: Tensor, b: Tensor): Tensor {
  return applyBinary(logicalOrPrimitive, a, b);
}
