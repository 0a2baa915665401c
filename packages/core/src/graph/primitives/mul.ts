import * as scalar from '../../loops/scalar.js';
import { isNumeric } from '../../tensor/dtype.js';
import type { Tensor } from '../tensor.js';
import { applyBinary, binaryPrimitive } from './elementwise.js';
import type { Operand } from '../operand.js';
import { literalValue } from './literal.js';

export const mulPrimitive = binaryPrimitive({
  name: 'mul',
  formula: 'y = a·b; ā = ȳ·b, b̄ = ȳ·a',
  evaluate: (a, b) => a * b,
  evaluateInteger: Math.imul,
  expression: scalar.mul,
  accepts: isNumeric,
  vjp: (cotangent, a, b) => [() => mul(cotangent, b), () => mul(cotangent, a)],
  simplify: (a, b) => (literalValue(a) === 1 ? b : literalValue(b) === 1 ? a : undefined),
});

/** a·b, element by element, with broadcasting. */
export function mul(a: Operand, b: Operand): Tensor {
  return applyBinary(mulPrimitive, a, b);
}
