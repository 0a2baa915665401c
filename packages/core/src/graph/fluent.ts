import type { DType } from '../tensor/dtype.js';
import type { Shape } from '../tensor/shape.js';
import * as activation from './operations/activation.js';
import * as elementary from './operations/elementary.js';
import * as matmul from './operations/matmul.js';
import * as shape from './operations/shape.js';
import * as statistics from './operations/statistics.js';
import * as primitives from './primitives/index.js';
import type { Operand } from './operand.js';
import { Tensor } from './tensor.js';

type Axes = number | readonly number[];

/** Operations as methods: x.mul(2).sum() is sum(mul(x, 2)). Each is documented at the function of its name. */
export interface FluentMethods {
  add(other: Operand): Tensor;
  sub(other: Operand): Tensor;
  mul(other: Operand): Tensor;
  div(other: Operand): Tensor;
  pow(other: Operand): Tensor;
  maximum(other: Operand): Tensor;
  minimum(other: Operand): Tensor;
  equal(other: Operand): Tensor;
  notEqual(other: Operand): Tensor;
  less(other: Operand): Tensor;
  lessEqual(other: Operand): Tensor;
  greater(other: Operand): Tensor;
  greaterEqual(other: Operand): Tensor;
  neg(): Tensor;
  abs(): Tensor;
  sign(): Tensor;
  exp(): Tensor;
  log(): Tensor;
  sqrt(): Tensor;
  rsqrt(): Tensor;
  square(): Tensor;
  reciprocal(): Tensor;
  tanh(): Tensor;
  relu(): Tensor;
  sigmoid(): Tensor;
  softmax(axis?: number): Tensor;
  logSoftmax(axis?: number): Tensor;
  clamp(min: number, max: number): Tensor;
  sum(axes?: Axes, keepDims?: boolean): Tensor;
  mean(axes?: Axes, keepDims?: boolean): Tensor;
  max(axes?: Axes, keepDims?: boolean): Tensor;
  min(axes?: Axes, keepDims?: boolean): Tensor;
  variance(axes?: Axes, options?: { correction?: number; keepDims?: boolean }): Tensor;
  argMax(axis: number, keepDims?: boolean): Tensor;
  matmul(other: Tensor, options?: { transposeA?: boolean; transposeB?: boolean }): Tensor;
  reshape(shape: Shape): Tensor;
  transpose(permutation?: readonly number[]): Tensor;
  broadcastTo(shape: Shape): Tensor;
  slice(start: readonly number[], stop?: readonly number[], step?: readonly number[]): Tensor;
  squeeze(axes?: Axes): Tensor;
  expandDims(axis: number): Tensor;
  cast(dtype: DType): Tensor;
}

declare module './tensor.js' {
  interface Tensor extends FluentMethods {}
}

// Not all operations: those that no method needs stay out of a bundle that does not use them.
const functions = { ...primitives, ...activation, ...elementary, ...matmul, ...shape, ...statistics };

/** The compiler holds this list to the interface: a method that is declared and not listed is an error. */
const names: Record<keyof FluentMethods, true> = {
  add: true,
  sub: true,
  mul: true,
  div: true,
  pow: true,
  maximum: true,
  minimum: true,
  equal: true,
  notEqual: true,
  less: true,
  lessEqual: true,
  greater: true,
  greaterEqual: true,
  neg: true,
  abs: true,
  sign: true,
  exp: true,
  log: true,
  sqrt: true,
  rsqrt: true,
  square: true,
  reciprocal: true,
  tanh: true,
  relu: true,
  sigmoid: true,
  softmax: true,
  logSoftmax: true,
  clamp: true,
  sum: true,
  mean: true,
  max: true,
  min: true,
  variance: true,
  argMax: true,
  matmul: true,
  reshape: true,
  transpose: true,
  broadcastTo: true,
  slice: true,
  squeeze: true,
  expandDims: true,
  cast: true,
};

for (const name of Object.keys(names) as (keyof FluentMethods)[]) {
  const operation = functions[name] as (x: Tensor, ...rest: unknown[]) => Tensor;
  Object.defineProperty(Tensor.prototype, name, {
    value(this: Tensor, ...rest: unknown[]) {
      return operation(this, ...rest);
    },
  });
}
