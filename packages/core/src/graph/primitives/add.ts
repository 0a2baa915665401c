import * as scalar from '../../loops/scalar.js';
import { isNumeric } from '../../tensor/dtype.js';
import type { Tensor } from '../tensor.js';
import { applyBinary, binaryPrimitive } from './elementwise.js';
import type { Operand } from '../operand.js';
import { literalValue } from './literal.js';

export const addPrimitive = binaryPrimitive({
  name: 'add',
  formula: 'y = a + b; ā = ȳ, b̄ = ȳ',
  evaluate: (a, b) => a + b,
  expression: scalar.add,
  accepts: isNumeric,
  vjp: (cotangent) => [() => cotangent, () => cotangent],
  simplify: (a, b) => (literalValue(a) === 0 ? b : literalValue(b) === 0 ? a : undefined),
});

/** a + b with broadcasting. */
export function add(a: Operand, b: Operand): Tensor {
  return applyBinary(addPrimitive, a, b);
}
