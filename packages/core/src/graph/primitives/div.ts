import * as scalar from '../../loops/scalar.js';
import { isFloat } from '../../tensor/dtype.js';
import type { Tensor } from '../tensor.js';
import { applyBinary, binaryPrimitive } from './elementwise.js';
import type { Operand } from '../operand.js';
import { literalValue } from './literal.js';
import { mul } from './mul.js';
import { neg } from './neg.js';

export const divPrimitive = binaryPrimitive({
  name: 'div',
  formula: 'y = a/b; ā = ȳ/b, b̄ = −ȳ·y/b',
  cost: 8,
  evaluate: (a, b) => a / b,
  expression: scalar.div,
  accepts: isFloat,
  vjp: (cotangent, _, b, y) => [() => div(cotangent, b), () => neg(div(mul(cotangent, y), b))],
  simplify: (a, b) => (literalValue(b) === 1 ? a : undefined),
});

/** a/b of floats, with broadcasting. */
export function div(a: Operand, b: Operand): Tensor {
  return applyBinary(divPrimitive, a, b);
}
