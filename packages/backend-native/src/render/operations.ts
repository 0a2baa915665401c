import type { DType } from '@adjoint/core';
import type { BinaryOperation, Expression, UnaryOperation } from '@adjoint/core/backend';

/** C of an operation on operands of a dtype. */
export function unaryText(operation: UnaryOperation, dtype: DType, x: string): string {
  const isFloat = dtype === 'float32' || dtype === 'float64';
  const f = dtype === 'float32' ? 'f' : '';
  switch (operation) {
    case 'neg':
      return `(-${x})`;
    case 'not':
      return `(!${x})`;
    case 'sign':
      // Zeros and NaN are their own sign.
      return isFloat ? `(${x} > 0 ? 1 : ${x} < 0 ? -1 : ${x})` : `((${x} > 0) - (${x} < 0))`;
    case 'abs':
      return isFloat ? `__builtin_fabs${f}(${x})` : `(${x} < 0 ? -${x} : ${x})`;
    case 'round':
      return `__builtin_rint${f}(${x})`;
    case 'exp':
    case 'tanh':
      return dtype === 'float32' ? `adjoint_${operation}(${x})` : `${operation}(${x})`;
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
  const f = dtype === 'float32' ? 'f' : '';
  if (operation === 'atan2') return `atan2${f}(${x}, ${y})`;
  // (-1)^±∞ is NaN, as it is in JavaScript; C has 1.
  if (operation === 'pow') return `(${x} == -1 && __builtin_isinf(${y}) ? NAN : pow${f}(${x}, ${y}))`;
  const compare = operation === 'maximum' ? '>' : '<';
  if (dtype === 'int32' || dtype === 'bool') return `(${x} ${compare} ${y} ? ${x} : ${y})`;
  // NaN is passed on, and −0 is less than 0; a constant on the right settles the latter.
  const zeros =
    right.kind === 'constant' && !Object.is(right.value, operation === 'maximum' ? -0 : 0)
      ? ''
      : ` || (${x} == ${y} && ${operation === 'maximum' ? '!' : ''}__builtin_signbit(${x}))`;
  return `(${x} ${compare} ${y} || ${x} != ${x}${zeros} ? ${x} : ${y})`;
}

export function castText(x: string, from: DType, to: DType): string {
  if (from === to) return x;
  if (to === 'bool') return `(${x} != 0)`;
  if (to === 'int32' && (from === 'float32' || from === 'float64'))
    return `(${x} != ${x} ? 0 : ${x} >= 2147483648.0f ? INT32_MAX : ${x} < -2147483648.0f ? INT32_MIN : (int32_t)${x})`;
  return `(${to === 'float32' ? 'float' : to === 'float64' ? 'double' : 'int32_t'})${x}`;
}
