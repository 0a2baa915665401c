import * as scalar from '../../loops/scalar.js';
import { isBool } from '../../tensor/dtype.js';
import type { Tensor } from '../tensor.js';
import { applyBinary, binaryPrimitive } from './elementwise.js';

export const logicalXorPrimitive = binaryPrimitive({
  name: 'logicalXor',
  formula: 'y = a ⊕ b',
  evaluate: (a, b) => a ^ b,
  expression: scalar.xor,
  accepts: isBool,
});

/** either a or b, of booleans, with broadcasting. */
export function logicalXor(a: Tensor, b: Tensor): Tensor {
  return applyBinary(logicalXorPrimitive, a, b);
}
