import * as core from '@adjoint/core';
import { cast, isFloat, where, type Operand, type Tensor } from '@adjoint/core';
import type { Call } from './call.js';
import type { Operator, Operators } from './operator.js';
import { isWhole, power, quotient, throughFloat64 } from './whole.js';

/**
 * The two operands. Before version 7 the second one was broadcast only where the attribute `broadcast` said so, and its
 * axes began at `axis` of the first one's.
 */
function operands(call: Call): [Tensor, Tensor] {
  const [a, b] = [call.x, call.input(1)];
  if (call.opset >= 7 || !call.flag('broadcast') || !call.has('axis')) return [a, b];
  const after = a.rank - call.axis(call.number('axis', 0)) - b.rank;
  return [a, b.reshape([...b.shape, ...new Array<number>(Math.max(0, after)).fill(1)])];
}

function binary(f: (a: Tensor, b: Tensor) => Tensor): Operator {
  return { apply: (call) => f(...operands(call)) };
}

/** Any number of operands. */
function variadic(f: (a: Tensor, b: Tensor) => Tensor): Operator {
  return { apply: (call) => call.all().reduce(f) };
}

/** Comparisons of numbers, also of booleans, as which ONNX compares them. */
function compare(f: (a: Tensor, b: Operand) => Tensor): Operator {
  return binary((a, b) => (a.dtype === 'bool' ? f(cast(a, 'int32'), cast(b, 'int32')) : f(a, b)));
}

/** The rest has the sign of the divisor, or that of the dividend with `fmod`. */
function mod(call: Call): Tensor {
  const rest = (a: Tensor, b: Tensor): Tensor => {
    const quotients = a.div(b);
    const whole = call.flag('fmod')
      ? where(quotients.less(0), core.ceil(quotients), core.floor(quotients))
      : core.floor(quotients);
    return a.sub(whole.mul(b));
  };
  const [a, b] = operands(call);
  return isFloat(a.dtype) ? rest(a, b) : throughFloat64([a, b], rest);
}

/** Bounds are attributes before version 11 and inputs after. */
function clip(call: Call): Tensor {
  const limit = (x: Tensor, index: number, name: string, f: (x: Tensor, bound: Operand) => Tensor): Tensor => {
    const bound = call.optional(index) ?? (call.has(name) ? call.number(name, 0) : undefined);
    if (bound === undefined) return x;
    return f(x, typeof bound !== 'number' && bound.value?.data.length === 1 ? (bound.value.data[0] ?? 0) : bound);
  };
  const bounded = limit(call.x, 1, 'min', atLeast);
  return limit(bounded, 2, 'max', atMost);
}

/** At a bound the gradient is that of the element, as in PyTorch. */
function atLeast(x: Tensor, bound: Operand): Tensor {
  return isWhole(x) ? x.maximum(bound) : where(x.less(bound), bound, x);
}

function atMost(x: Tensor, bound: Operand): Tensor {
  return isWhole(x) ? x.minimum(bound) : where(x.greater(bound), bound, x);
}

/** By powers of two, in float64, which holds 32 bits and what they are shifted by. */
function bitShift(call: Call): Tensor {
  const isLeft = call.text('direction', 'LEFT') === 'LEFT';
  return throughFloat64([call.x, call.input(1)], (a, b) => {
    const factor = core.pow(2, b);
    return isLeft ? a.mul(factor) : core.floor(a.div(factor));
  });
}

/** Functions of two or more tensors that broadcast. */
export const arithmetic: Operators = {
  Add: binary(core.add),
  And: binary(core.logicalAnd),
  BitShift: { apply: bitShift },
  Clip: { apply: clip },
  Div: binary(quotient),
  Equal: compare(core.equal),
  Greater: compare(core.greater),
  GreaterOrEqual: compare(core.greaterEqual),
  Less: compare(core.less),
  LessOrEqual: compare(core.lessEqual),
  Max: variadic(core.maximum),
  Mean: { apply: (call) => call.all().reduce(core.add).div(call.inputs.length) },
  Min: variadic(core.minimum),
  Mod: { apply: mod },
  Mul: binary(core.mul),
  Or: binary(core.logicalOr),
  Pow: binary(power),
  Sub: binary(core.sub),
  Sum: variadic(core.add),
  Where: { apply: (call) => where(call.x, call.input(1), call.input(2)) },
  Xor: binary(core.logicalXor),
};
