import { isNumeric } from '../../tensor/dtype.js';
import type { Tensor } from '../tensor.js';
import { applyBinary, binaryPrimitive, literalValue, type Operand } from './elementwise.js';
import { neg } from './neg.js';

/** y = a − b. */
export const subPrimitive = binaryPrimitive({
  name: 'sub',
  evaluate: (a, b) => a - b,
  accepts: isNumeric,
  vjp: (cotangent) => [() => cotangent, () => neg(cotangent)],
  simplify: (a, b) => (literalValue(b) === 0 ? a : undefined),
});

/** a − b with broadcasting. */
export function sub(a: Operand, b: Operand): Tensor {
  return applyBinary(subPrimitive, a, b);
}
