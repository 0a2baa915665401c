import type { BinaryOperation, UnaryOperation } from '@adjoint/core/primitives';
import type { DType } from '@adjoint/core';
import { f32x4, i32x4, op, opByName, type Code, type FunctionBuilder } from '../assembler/index.js';
import { floatOperators } from './float-operators.js';
import { asVector, type CallMath, type Value } from './values.js';

const intOperators: Partial<Record<UnaryOperation | BinaryOperation, string>> = {
  neg: 'neg',
  abs: 'abs',
  add: 'add',
  sub: 'sub',
  mul: 'mul',
  maximum: 'max_s',
  minimum: 'min_s',
  equal: 'eq',
  notEqual: 'ne',
  less: 'lt_s',
  lessEqual: 'le_s',
  greater: 'gt_s',
  greaterEqual: 'ge_s',
};

/** An operation on four lanes of float32, int32, or bool (as masks). */
export function vectorOperation(
  name: UnaryOperation | BinaryOperation,
  dtype: DType,
  operands: readonly Value[],
  math: CallMath,
  f: FunctionBuilder,
): Value {
  const [x, y] = operands.map(asVector) as [Code<'v128'>, Code<'v128'>];
  switch (name) {
    case 'and':
      return op('v128.and', x, y);
    case 'or':
      return op('v128.or', x, y);
    case 'xor':
      return op('v128.xor', x, y);
    case 'not':
      return op('v128.not', x);
    case 'sign': {
      const value = f.let(x);
      if (dtype === 'int32') return op('i32x4.max_s', op('i32x4.min_s', value, i32x4(1)), i32x4(-1));
      // Zeros and NaN are their own sign.
      const one = f32x4(1);
      const signed = op('v128.or', op('v128.and', value, i32x4(-(2 ** 31))), one);
      return op('v128.bitselect', signed, value, op('f32x4.gt', op('f32x4.abs', value), i32x4(0)));
    }
    default: {
      const operator = (dtype === 'float32' ? floatOperators : intOperators)[name];
      return operator
        ? opByName(`${dtype === 'float32' ? 'f32x4' : 'i32x4'}.${operator}`, ...operands)
        : math(name, ...operands);
    }
  }
}
