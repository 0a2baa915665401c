import { AdjointError } from '../../errors.js';
import { formatShape, forEachIndex, stridesOf, type Shape } from '../../tensor/shape.js';
import { definePrimitive } from '../primitive.js';
import { apply, type Tensor, type TensorType } from '../tensor.js';
import { scatterAdd } from './scatter-add.js';

/** Along `axis`, positions are taken from `indices`, whose first `batchDims` axes are those of x. */
export interface GatherAttributes {
  readonly axis: number;
  readonly batchDims: number;
}

/**
 * y[b…, a…, k, r…] = x[b…, a…, indices[b…, k], r…]; NaN (0 for integers) where an index lies outside the axis.
 * The adjoint adds what was taken back to its place.
 */
export const gatherPrimitive = definePrimitive<GatherAttributes, [x: Tensor, indices: Tensor]>({
  name: 'gather',
  infer([x, indices], attributes) {
    checkIndices('gather', x, indices, attributes);
    return {
      shape: x.shape.map((extent, d) => (d === attributes.axis ? indices.shape[attributes.batchDims]! : extent)),
      dtype: x.dtype,
    };
  },
  vjp({ inputs: [x, indices], attributes: { axis, batchDims } }, cotangent) {
    return [scatterAdd(cotangent, indices, x.shape[axis]!, axis, batchDims), undefined];
  },
  compute([x, indices], { axis, batchDims }, output) {
    const strides = stridesOf(x.shape);
    const missing = x.dtype === 'float32' || x.dtype === 'float64' ? NaN : 0;
    forEachIndex(output.shape, (index, flat) => {
      const position = indices.data[positionOf(index, indices.shape, axis, batchDims)]!;
      const outside = position < 0 || position >= x.shape[axis]!;
      output.data[flat] = outside
        ? missing
        : x.data[index.reduce((sum, i, d) => sum + (d === axis ? position : i) * strides[d]!, 0)]!;
    });
  },
  lowering: {
    kind: 'point',
    stored: [0],
    expression({ inputs: [x, indices], attributes: { axis, batchDims } }, at, context) {
      const position = context.at(indices, [...at.slice(0, batchDims), at[axis]!]);
      return context.gather(x, at, axis, position);
    },
  },
});

/** Flat place in `indices` that belongs to a place of the gathered (or scattered) tensor. */
export function positionOf(index: readonly number[], shape: Shape, axis: number, batchDims: number): number {
  let flat = 0;
  for (let d = 0; d < batchDims; d++) flat = flat * shape[d]! + index[d]!;
  return flat * shape[batchDims]! + index[axis]!;
}

export function checkIndices(
  name: string,
  x: TensorType,
  indices: TensorType,
  { axis, batchDims }: GatherAttributes,
): void {
  if (indices.dtype !== 'int32')
    throw new AdjointError('DTYPE_MISMATCH', `${name}: indices are ${indices.dtype}; they must be int32.`);
  const batch = x.shape.slice(0, batchDims);
  if (
    axis < batchDims ||
    axis >= x.shape.length ||
    indices.shape.length !== batchDims + 1 ||
    batch.some((extent, d) => extent !== indices.shape[d])
  ) {
    throw new AdjointError(
      'SHAPE_MISMATCH',
      `${name}: indices of shape ${formatShape(indices.shape)} do not go with axis ${axis} of ${formatShape(x.shape)}; expected ${formatShape(batch)} followed by one axis.`,
    );
  }
}

/** Takes the elements of x at `indices` (int32, shape [first batchDims axes of x, count]) along `axis`. */
export function gather(x: Tensor, indices: Tensor, axis: number, batchDims = 0): Tensor {
  return apply(gatherPrimitive, [x, indices], { axis, batchDims });
}
