import { isFloat, type DType } from '@adjoint/core';
import type { BinaryOperation, Expression, UnaryOperation } from '@adjoint/core/backend';
import { cTypes } from './c-text.js';

/** C of an operation on operands of a dtype. */
export function unaryText(operation: UnaryOperation, dtype: DType, x: string): string {
  const f = dtype === 'float32' ? 'f' : '';
  switch (operation) {
    case 'neg':
      return `(-${x})`;
    case 'not':
      return `(!${x})`;
    case 'sign':
      // The sign of zeros and of NaN is what they are.
      return isFloat(dtype) ? `(${x} > 0 ? 1 : ${x} < 0 ? -1 : ${x})` : `((${x} > 0) - (${x} < 0))`;
    case 'abs':
      return isFloat(dtype) ? `__builtin_fabs${f}(${x})` : `(${x} < 0 ? -${x} : ${x})`;
    case 'round':
      return `__builtin_rint${f}(${x})`;
    case 'exp':
      return dtype === 'float32' ? `adjoint_exp(${x})` : `exp(${x})`;
    default:
      return `${operation}${f}(${x})`;
  }
}

const operators: Partial<Record<BinaryOperation, string>> = {
  add: '+',
  sub: '-',
  mul: '*',
  div: '/',
  equal: '==',
  notEqual: '!=',
  less: '<',
  lessEqual: '<=',
  greater: '>',
  greaterEqual: '>=',
  and: '&',
  or: '|',
  xor: '^',
};

export function binaryText(operation: BinaryOperation, dtype: DType, x: string, y: string, right: Expression): string {
  const operator = operators[operation];
  if (operator) return `(${x} ${operator} ${y})`;
  const compare = operation === 'maximum' ? '>' : '<';
  if (dtype === 'int32' || dtype === 'bool') return `(${x} ${compare} ${y} ? ${x} : ${y})`;
  // NaN is passed on, and −0 is less than 0; a constant on the right settles the latter.
  const zeros =
    right.kind === 'constant' && !Object.is(right.value, operation === 'maximum' ? -0 : 0)
      ? ''
      : ` || (${x} == ${y} && ${operation === 'maximum' ? '!' : ''}__builtin_signbit(${x}))`;
  return `(${x} ${compare} ${y} || ${x} != ${x}${zeros} ? ${x} : ${y})`;
}

const functions = ['expm1', 'log1p', 'tanh', 'erf', 'pow', 'atan2'];

/** Whether the C library, or the prelude, has a function of loop programs. */
export function hasFunction(name: string, dtype: DType): boolean {
  return isFloat(dtype) && functions.includes(name);
}

export function callText(name: string, dtype: DType, operands: readonly string[]): string {
  const f = dtype === 'float32' ? 'f' : '';
  if (name === 'tanh' && dtype === 'float32') return `adjoint_tanh(${operands[0]})`;
  const call = `${name}${f}(${operands.join(', ')})`;
  // (-1)^±∞ is NaN, as it is in JavaScript; C has 1.
  return name === 'pow' ? `(${operands[0]} == -1 && __builtin_isinf(${operands[1]}) ? NAN : ${call})` : call;
}

export function castText(x: string, from: DType, to: DType): string {
  if (from === to) return x;
  if (to === 'bool') return `(${x} != 0)`;
  if (to === 'int32' && isFloat(from))
    return `(${x} != ${x} ? 0 : ${x} >= 2147483648.0f ? INT32_MAX : ${x} < -2147483648.0f ? INT32_MIN : (int32_t)${x})`;
  return `(${cTypes[to]})${x}`;
}
