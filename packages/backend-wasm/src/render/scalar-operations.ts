import { isFloat, type DType } from '@adjoint/core';
import type { BinaryOperation, UnaryOperation } from '@adjoint/core/primitives';
import { f32, f64, i32, lane, op, opByName, select, type FunctionBuilder } from '../assembler/index.js';
import { floatOperators } from './float-operators.js';
import { asVector, asWord, scalarType, type CallMath, type Value } from './values.js';

const intOperators: Partial<Record<UnaryOperation | BinaryOperation, string>> = {
  add: 'add',
  sub: 'sub',
  mul: 'mul',
  and: 'and',
  or: 'or',
  xor: 'xor',
  equal: 'eq',
  notEqual: 'ne',
  less: 'lt_s',
  lessEqual: 'le_s',
  greater: 'gt_s',
  greaterEqual: 'ge_s',
};

/**
 * An operation on one element. float32 functions use a lane of the vector function, so that both give the same bits.
 */
export function scalarOperation(
  name: UnaryOperation | BinaryOperation,
  dtype: DType,
  operands: readonly Value[],
  math: CallMath,
  f: FunctionBuilder,
): Value {
  const type = scalarType(dtype);
  if (isFloat(dtype)) {
    const operator = floatOperators[name];
    if (operator) return opByName(`${type}.${operator}`, ...operands);
    if (name === 'sign') {
      const value = f.let(operands[0]!);
      const [zero, one] = dtype === 'float32' ? [f32(0), f32(1)] : [f64(0), f64(1)];
      return select(
        asWord(opByName(`${type}.gt`, opByName(`${type}.abs`, value), zero)),
        opByName(`${type}.copysign`, one, value),
        value,
      );
    }
    return callFunction(name, dtype, operands, 1, math);
  }
  const operator = intOperators[name];
  if (operator) return opByName(`i32.${operator}`, ...operands);
  const [x, y] = operands.map((operand) => f.let(asWord(operand)));
  switch (name) {
    case 'not':
      return op('i32.eqz', x!);
    case 'neg':
      return op('i32.sub', i32(0), x!);
    case 'abs':
      return select(op('i32.lt_s', x!, i32(0)), op('i32.sub', i32(0), x!), x!);
    case 'sign':
      return op('i32.sub', op('i32.gt_s', x!, i32(0)), op('i32.lt_s', x!, i32(0)));
    case 'maximum':
      return select(op('i32.gt_s', x!, y!), x!, y!);
    case 'minimum':
      return select(op('i32.lt_s', x!, y!), x!, y!);
    default:
      throw new Error(`backend-wasm: there is no ${name} of ${dtype}`);
  }
}

/** A call of a math function: of vectors, of one float64, or of a float32 in a lane of a vector. */
export function callFunction(
  name: string,
  dtype: DType,
  operands: readonly Value[],
  width: 1 | 4,
  math: CallMath,
): Value {
  if (width === 4) return math(name, ...operands);
  if (dtype === 'float64') return math(`${name}64`, ...operands);
  return lane(
    'f32x4.extract_lane',
    0,
    asVector(math(name, ...operands.map((operand) => opByName('f32x4.splat', operand)))),
  );
}
