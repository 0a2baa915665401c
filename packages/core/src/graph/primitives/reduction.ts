import { axisIndex, constantIndex } from '../../loops/index-expression.js';
import type { Nest } from '../lowering.js';
import type { Index, Reduction } from '../../loops/loop-program.js';
import type { HostTensor } from '../../tensor/host-tensor.js';
import { flatIndex, forEachIndex, pickAxes, stridesOf, type Shape } from '../../tensor/shape.js';

export interface ReductionAttributes {
  /** Sorted, 0 … rank − 1. */
  readonly axes: readonly number[];
  readonly keepDims: boolean;
}

export function reducedShape(shape: Shape, { axes, keepDims }: ReductionAttributes): Shape {
  return shape.flatMap((extent, axis) => (axes.includes(axis) ? (keepDims ? [1] : []) : [extent]));
}

/** Calls `visit` with every output position and the flat positions of the elements that are reduced into it, in order. */
export function forEachReduced(
  input: HostTensor,
  axes: readonly number[],
  visit: (output: number, elements: Iterable<number>) => void,
): void {
  const strides = stridesOf(input.shape);
  const kept = input.shape.flatMap((_, axis) => (axes.includes(axis) ? [] : [axis]));
  // Nothing is reduced into no output, however long the other axes are.
  if (pickAxes(input.shape, kept).includes(0)) return;
  const offsets = offsetsOf(pickAxes(input.shape, axes), pickAxes(strides, axes));
  for (const [output, base] of offsetsOf(pickAxes(input.shape, kept), pickAxes(strides, kept)).entries()) {
    visit(
      output,
      offsets.map((offset) => base + offset),
    );
  }
}

/** Where the elements of a part of a tensor lie, in row-major order. */
function offsetsOf(shape: Shape, strides: readonly number[]): number[] {
  const offsets: number[] = [];
  forEachIndex(shape, (index) => offsets.push(flatIndex(index, strides)));
  return offsets;
}

/** Where the first largest value is; a NaN counts as the largest. */
export function firstLargest(values: readonly number[]): number {
  const firstNaN = values.findIndex(Number.isNaN);
  return firstNaN >= 0
    ? firstNaN
    : values.indexOf(values.reduce((largest, value) => Math.max(largest, value), -Infinity));
}

/** The nest of a reduction over axes: kept axes in order, then the reduced ones. `build` gets the index of each input axis. */
export function reductionNest(
  shape: Shape,
  { axes, keepDims }: ReductionAttributes,
  build: (indices: readonly Index[]) => Omit<Reduction, 'extents'>,
): Nest {
  const kept = shape.flatMap((_, axis) => (axes.includes(axis) ? [] : [axis]));
  const order = [...kept, ...axes];
  const indices = shape.map((_, axis) => axisIndex(order.indexOf(axis)));
  return {
    extents: pickAxes(shape, kept),
    reduction: { extents: pickAxes(shape, axes), ...build(indices) },
    output: keepDims
      ? indices.map((index, axis) => (axes.includes(axis) ? constantIndex(0) : index))
      : pickAxes(indices, kept),
  };
}
