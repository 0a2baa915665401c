import * as scalar from '../../loops/scalar.js';
import { isNumeric } from '../../tensor/dtype.js';
import type { Tensor } from '../tensor.js';
import { applyBinary, binaryPrimitive } from './elementwise.js';
import type { Operand } from '../operand.js';

export const lessEqualPrimitive = binaryPrimitive({
  name: 'lessEqual',
  formula: 'y = 1 if a ≤ b, else 0; ā = 0, b̄ = 0',
  evaluate: (a, b) => (a <= b ? 1 : 0),
  expression: scalar.lessEqual,
  accepts: isNumeric,
  result: 'bool',
});

/** a ≤ b, element by element, as bool, with broadcasting. */
export function lessEqual(a: Operand, b: Operand): Tensor {
  return applyBinary(lessEqualPrimitive, a, b);
}
