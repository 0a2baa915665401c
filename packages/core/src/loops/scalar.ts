/**
 * Arithmetic of loop expressions, in which functions are written:
 * `scalar.div(x, scalar.add(scalar.abs(x), 1))` is x/(1 + |x|). A number takes the dtype of the other operand.
 */
import type { DType } from '../tensor/dtype.js';
import type { Several } from '../tensor/several.js';
import { constantExpression } from './expression.js';
import type { BinaryOperation, Expression, NamedFunction, UnaryOperation } from './loop-program.js';

type Operands = [x: Expression, y: Expression | number] | [x: number, y: Expression];

export const neg = unary('neg');
export const abs = unary('abs');
/** −1, 0 or 1; a zero and NaN are their own sign. */
export const sign = unary('sign');
export const exp = unary('exp');
export const log = unary('log');
export const sqrt = unary('sqrt');
export const sin = unary('sin');
export const cos = unary('cos');
export const floor = unary('floor');
export const ceil = unary('ceil');
/** Halves to the even number. */
export const round = unary('round');
export const not = unary('not');

export const add = binary('add');
export const sub = binary('sub');
export const mul = binary('mul');
export const div = binary('div');
export const maximum = binary('maximum');
export const minimum = binary('minimum');
export const equal = comparison('equal');
export const notEqual = comparison('notEqual');
export const less = comparison('less');
export const lessEqual = comparison('lessEqual');
export const greater = comparison('greater');
export const greaterEqual = comparison('greaterEqual');
export const and = binary('and');
export const or = binary('or');
export const xor = binary('xor');

/** x where the condition holds, y elsewhere. Both are computed. */
export function where(condition: Expression, ...operands: Operands): Expression {
  const [x, y] = expressionsOf(operands);
  return { kind: 'select', dtype: x.dtype, condition, x, y };
}

/** Whether x is less than 0, or −0. */
export function isNegative(x: Expression): Expression {
  return or(less(x, 0), less(div(1, x), 0));
}

/** c₀ + c₁x + c₂x² + …, by Horner's rule. */
export function polynomial(x: Expression, coefficients: readonly number[]): Expression {
  return (
    coefficients.reduceRight<Expression | undefined>(
      (sum, coefficient) => (sum ? add(mul(sum, x), coefficient) : constantExpression(coefficient, x.dtype)),
      undefined,
    ) ?? constantExpression(0, x.dtype)
  );
}

/**
 * A function that backends may have code of their own for, by its name; all others run its definition. A plugin puts its
 * own name in front, as in `acme/digamma`, lest a backend takes the function for another one.
 * @example const square = scalar.named('square', (x) => scalar.mul(x, x));
 */
export function named<O extends Several<Expression>>(
  name: string,
  definition: (...operands: O) => Expression,
): (...operands: O) => Expression {
  const callee: NamedFunction = { name, definition };
  return (...operands) => ({ kind: 'call', dtype: operands[0].dtype, function: callee, operands });
}

function unary(operation: UnaryOperation): (x: Expression) => Expression {
  return (x) => ({ kind: 'unary', operation, dtype: x.dtype, x });
}

function binary(operation: BinaryOperation, result?: DType): (...operands: Operands) => Expression {
  return (...operands) => {
    const [x, y] = expressionsOf(operands);
    return { kind: 'binary', operation, dtype: result ?? x.dtype, x, y };
  };
}

function comparison(operation: BinaryOperation): (...operands: Operands) => Expression {
  return binary(operation, 'bool');
}

function expressionsOf(operands: Operands): readonly [Expression, Expression] {
  if (isNumberFirst(operands)) return [constantExpression(operands[0], operands[1].dtype), operands[1]];
  const [x, y] = operands;
  return [x, typeof y === 'number' ? constantExpression(y, x.dtype) : y];
}

function isNumberFirst(operands: Operands): operands is [x: number, y: Expression] {
  return typeof operands[0] === 'number';
}
