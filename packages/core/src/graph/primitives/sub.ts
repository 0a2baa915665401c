import * as scalar from '../../loops/scalar.js';
import { isNumeric } from '../../tensor/dtype.js';
import type { Tensor } from '../tensor.js';
import { applyBinary, binaryPrimitive } from './elementwise.js';
import type { Operand } from '../operand.js';
import { literalValue } from './literal.js';
import { neg } from './neg.js';

export const subPrimitive = binaryPrimitive({
  name: 'sub',
  formula: 'y = a − b; ā = ȳ, b̄ = −ȳ',
  evaluate: (a, b) => a - b,
  expression: scalar.sub,
  accepts: isNumeric,
  vjp: (cotangent) => [() => cotangent, () => neg(cotangent)],
  simplify: (a, b) => (literalValue(b) === 0 ? a : undefined),
});

/** a − b with broadcasting. */
export function sub(a: Operand, b: Operand): Tensor {
  return applyBinary(subPrimitive, a, b);
}
