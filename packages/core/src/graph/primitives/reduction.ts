import { axisIndex, constantIndex } from '../../loops/index-expression.js';
import type { Nest } from '../lowering.js';
import type { Index, Reduction } from '../../loops/loop-program.js';
import type { HostTensor } from '../../tensor/host-tensor.js';
import { sizeOf, stridesOf, type Shape } from '../../tensor/shape.js';

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
  const places = offsets(
    axes.map((axis) => input.shape[axis]!),
    axes.map((axis) => strides[axis]!),
  );
  offsets(
    kept.map((axis) => input.shape[axis]!),
    kept.map((axis) => strides[axis]!),
  ).forEach((base, output) => {
    visit(
      output,
      places.map((place) => base + place),
    );
  });
}

function offsets(shape: Shape, strides: readonly number[]): number[] {
  const result = new Array<number>(sizeOf(shape));
  for (let flat = 0; flat < result.length; flat++) {
    let rest = flat;
    let offset = 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      offset += (rest % shape[axis]!) * strides[axis]!;
      rest = Math.floor(rest / shape[axis]!);
    }
    result[flat] = offset;
  }
  return result;
}

/** The nest of a reduction over axes: kept axes in order, then the reduced ones. `build` gets the index of each input axis. */
export function reductionNest(
  shape: Shape,
  { axes, keepDims }: ReductionAttributes,
  build: (indices: readonly Index[], extents: readonly number[]) => Omit<Reduction, 'extents'>,
): Nest {
  const kept = shape.flatMap((_, axis) => (axes.includes(axis) ? [] : [axis]));
  const order = [...kept, ...axes];
  const indices = shape.map((_, axis) => axisIndex(order.indexOf(axis)));
  const extents = kept.map((axis) => shape[axis]!);
  const reducedExtents = axes.map((axis) => shape[axis]!);
  return {
    extents,
    reduction: { extents: reducedExtents, ...build(indices, reducedExtents) },
    output: keepDims
      ? shape.map((_, axis) => (axes.includes(axis) ? constantIndex(0) : indices[axis]!))
      : kept.map((axis) => indices[axis]!),
  };
}
