import * as scalar from '../../loops/scalar.js';
import { isNumeric } from '../../tensor/dtype.js';
import type { Tensor } from '../tensor.js';
import { applyBinary, binaryPrimitive } from './elementwise.js';
import type { Operand } from '../operand.js';

export const greaterEqualPrimitive = binaryPrimitive({
  name: 'greaterEqual',
  formula: 'y = 1 if a ≥ b, else 0; ā = 0, b̄ = 0',
  evaluate: (a, b) => (a >= b ? 1 : 0),
  expression: scalar.greaterEqual,
  accepts: isNumeric,
  result: 'bool',
});

/** a ≥ b, element by element, as bool, with broadcasting. */
export function greaterEqual(a: Operand, b: Operand): Tensor {
  return applyBinary(greaterEqualPrimitive, a, b);
}
