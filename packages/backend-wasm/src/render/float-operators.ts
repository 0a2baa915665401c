import type { BinaryOperation, UnaryOperation } from '@adjoint/core/backend';

/** Names of float instructions, after `f32.`, `f64.` or `f32x4.`. */
export const floatOperators: Partial<Record<UnaryOperation | BinaryOperation, string>> = {
  neg: 'neg',
  abs: 'abs',
  sqrt: 'sqrt',
  floor: 'floor',
  ceil: 'ceil',
  round: 'nearest',
  add: 'add',
  sub: 'sub',
  mul: 'mul',
  div: 'div',
  maximum: 'max',
  minimum: 'min',
  equal: 'eq',
  notEqual: 'ne',
  less: 'lt',
  lessEqual: 'le',
  greater: 'gt',
  greaterEqual: 'ge',
};
