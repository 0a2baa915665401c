import { isFloat } from '../../tensor/dtype.js';
import type { Tensor } from '../tensor.js';
import { applyBinary, binaryPrimitive, type Operand } from './elementwise.js';
import { literalValue } from './literal.js';
import { equal } from './equal.js';
import { log } from './log.js';
import { mul } from './mul.js';
import { sub } from './sub.js';
import { where } from './where.js';

/** The cotangent of b is 0 where a = 0: the limit for b > 0. */
export const powPrimitive = binaryPrimitive({
  name: 'pow',
  formula: 'y = aᵇ; ā = ȳ·b·aᵇ⁻¹ (0 where b = 0), b̄ = ȳ·y·ln a (0 where a = 0)',
  cost: 8,
  evaluate: (a, b) => (a === 1 ? 1 : Math.pow(a, b)),
  accepts: isFloat,
  vjp: (cotangent, a, b, y) => [
    () => where(equal(b, 0), 0, mul(cotangent, mul(b, pow(a, sub(b, 1))))),
    () => mul(cotangent, mul(y, log(where(equal(a, 0), 1, a)))),
  ],
  simplify: (a, b) => {
    const exponent = literalValue(b);
    return exponent === 1 ? a : exponent === 2 ? mul(a, a) : undefined;
  },
});

/** aᵇ of floats, with broadcasting. */
export function pow(a: Operand, b: Operand): Tensor {
  return applyBinary(powPrimitive, a, b);
}
