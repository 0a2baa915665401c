import * as scalar from '../../loops/scalar.js';
import { isFloat } from '../../tensor/dtype.js';
import type { Tensor } from '../tensor.js';
import { applyBinary, binaryPrimitive } from './elementwise.js';
import type { Operand } from '../operand.js';
import { literalValue } from './literal.js';
import { equal } from './equal.js';
import { log } from './log.js';
import { mul } from './mul.js';
import { sub } from './sub.js';
import { where } from './where.js';

/** exp(b·ln |a|), and what IEEE 754 says of negative bases and exponents that are 0; like JavaScript, NaN for (−1)^±∞. */
const powInLoops = scalar.named('pow', (a, b) => {
  const isWhole = scalar.equal(scalar.floor(b), b);
  const half = scalar.mul(b, 0.5);
  const isOdd = scalar.and(isWhole, scalar.notEqual(scalar.floor(half), half));
  const magnitude = scalar.exp(scalar.mul(b, scalar.log(scalar.abs(a))));
  const power = scalar.where(scalar.and(isOdd, scalar.isNegative(a)), scalar.neg(magnitude), magnitude);
  const isFiniteNegative = scalar.and(scalar.less(a, 0), scalar.less(-Infinity, a));
  const isUndefined = scalar.and(isFiniteNegative, scalar.not(isWhole));
  const isOne = scalar.or(scalar.equal(a, 1), scalar.equal(b, 0));
  return scalar.where(isOne, 1, scalar.where(isUndefined, NaN, power));
});

/** The cotangent of b is 0 where a = 0: the limit for b > 0. */
export const powPrimitive = binaryPrimitive({
  name: 'pow',
  formula: 'y = aᵇ; ā = ȳ·b·aᵇ⁻¹ (0 where b = 0), b̄ = ȳ·y·ln a (0 where a = 0)',
  cost: 8,
  evaluate: (a, b) => (a === 1 ? 1 : Math.pow(a, b)),
  expression: powInLoops,
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
