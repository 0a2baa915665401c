import * as scalar from '../../loops/scalar.js';
import type { Tensor } from '../tensor.js';
import { applyBinary, binaryPrimitive } from './elementwise.js';
import type { Operand } from '../operand.js';

export const equalPrimitive = binaryPrimitive({
  name: 'equal',
  formula: 'y = 1 if a = b, else 0; ā = 0, b̄ = 0',
  evaluate: (a, b) => (a === b ? 1 : 0),
  expression: scalar.equal,
  accepts: () => true,
  result: 'bool',
});

/** a = b, element by element, as bool, with broadcasting. */
export function equal(a: Operand, b: Operand): Tensor {
  return applyBinary(equalPrimitive, a, b);
}
