import type { DType } from '@adjoint/core';
import { elementTypeOf } from '../format/element-types.js';
import { inputOf, type Emission, type Emitter, type Emitters } from './emitter.js';

/** An operator of ONNX that does the same. */
function same(op: string): Emitter {
  return ({ writer, broadcast }) => writer.node(op, broadcast);
}

function not(op: string): Emitter {
  return ({ writer, broadcast }) => writer.node('Not', [writer.node(op, broadcast)]);
}

/** Numbers of the dtype of the input. */
function numberLike(emission: Emission): (value: number) => string {
  const { dtype } = inputOf(emission, 0);
  return (value) => emission.writer.scalar(value, dtype);
}

/** eˣ − 1 = 2t/(1 − t) with t = tanh(x/2), where it would cancel. */
function expm1(emission: Emission): string {
  const { writer, inputs } = emission;
  const [x = ''] = inputs;
  const number = numberLike(emission);
  const t = writer.node('Tanh', [writer.node('Mul', [x, number(0.5)])]);
  const near = writer.node('Div', [writer.node('Add', [t, t]), writer.node('Sub', [number(1), t])]);
  const far = writer.node('Sub', [writer.node('Exp', [x]), number(1)]);
  return writer.node('Where', [isSmall(emission, x), near, far]);
}

/** ln(1 + x) = ln u·x/(u − 1) with u = 1 + x: what rounding does to ln u, it does to u − 1 (Higham 2002, problem 1.5). */
function log1p(emission: Emission): string {
  const { writer, inputs } = emission;
  const [x = ''] = inputs;
  const number = numberLike(emission);
  const u = writer.node('Add', [x, number(1)]);
  const logarithm = writer.node('Log', [u]);
  const isOne = writer.node('Equal', [u, number(1)]);
  const rest = writer.node('Where', [isOne, number(1), writer.node('Sub', [u, number(1)])]);
  const quotient = writer.node('Div', [writer.node('Mul', [logarithm, x]), rest]);
  const near = writer.node('Where', [isOne, x, quotient]);
  return writer.node('Where', [isSmall(emission, x), near, logarithm]);
}

function isSmall(emission: Emission, x: string): string {
  return emission.writer.node('Less', [emission.writer.node('Abs', [x]), numberLike(emission)(1)]);
}

/** The arc tangent of a/b, brought to the right half by the signs. */
function atan2({ writer, broadcast, node }: Emission): string {
  const [a = '', b = ''] = broadcast;
  const number = (value: number): string => writer.scalar(value, node.dtype);
  const isZero = writer.node('Equal', [b, number(0)]);
  const angle = writer.node('Atan', [writer.node('Div', [a, writer.node('Where', [isZero, number(1), b])])]);
  const isLow = writer.node('Less', [a, number(0)]);
  const turn = writer.node('Where', [isLow, number(-Math.PI), number(Math.PI)]);
  const isLeft = writer.node('Less', [b, number(0)]);
  const turned = writer.node('Where', [isLeft, writer.node('Add', [angle, turn]), angle]);
  const upright = writer.node('Mul', [writer.node('Sign', [a]), number(Math.PI / 2)]);
  return writer.node('Where', [isZero, upright, turned]);
}

/** Saturates towards zero for int32, and takes NaN to 0, which ONNX leaves open. */
function cast({ writer, inputs, node }: Emission): string {
  const [x = ''] = inputs;
  const from: DType = node.inputs[0]?.dtype ?? node.dtype;
  const converted = (name: string): string => writer.node('Cast', [name], { to: elementTypeOf[node.dtype] });
  if (node.dtype !== 'int32' || (from !== 'float32' && from !== 'float64')) return converted(x);
  const number = (value: number): string => writer.scalar(value, from);
  const known = writer.node('Where', [writer.node('IsNaN', [x]), number(0), x]);
  const [low, high] = [-(2 ** 31), 2 ** 31];
  const isInside = writer.node('Less', [known, number(high)]);
  const bounded = writer.node('Where', [isInside, writer.node('Max', [known, number(low)]), number(0)]);
  return writer.node('Where', [isInside, converted(bounded), writer.scalar(high - 1, 'int32')]);
}

/** Where has no booleans in all runtimes. */
function where({ writer, broadcast, node }: Emission): string {
  if (node.dtype !== 'bool') return writer.node('Where', broadcast);
  const [condition = '', x = '', y = ''] = broadcast;
  const other = writer.node('And', [writer.node('Not', [condition]), y]);
  return writer.node('Or', [writer.node('And', [condition, x]), other]);
}

export const elementwise: Emitters = {
  abs: same('Abs'),
  add: same('Add'),
  atan2,
  cast,
  ceil: same('Ceil'),
  cos: same('Cos'),
  div: same('Div'),
  equal: same('Equal'),
  erf: same('Erf'),
  exp: same('Exp'),
  expm1,
  floor: same('Floor'),
  greater: same('Greater'),
  greaterEqual: same('GreaterOrEqual'),
  less: same('Less'),
  lessEqual: same('LessOrEqual'),
  log: same('Log'),
  log1p,
  logicalAnd: same('And'),
  logicalNot: same('Not'),
  logicalOr: same('Or'),
  logicalXor: same('Xor'),
  maximum: same('Max'),
  minimum: same('Min'),
  mul: same('Mul'),
  neg: same('Neg'),
  notEqual: not('Equal'),
  pow: same('Pow'),
  round: same('Round'),
  sign: same('Sign'),
  sin: same('Sin'),
  sqrt: same('Sqrt'),
  sub: same('Sub'),
  tanh: same('Tanh'),
  where,
};

/** Primitives whose operators repeat axes of extent 1 by themselves. */
export const broadcasting: ReadonlySet<string> = new Set(
  Object.keys(elementwise).filter((name) => name !== 'cast' && name !== 'expm1' && name !== 'log1p'),
);
