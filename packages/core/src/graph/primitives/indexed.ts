import { checkNumbers } from '../operand.js';
import { AdjointError } from '../../errors.js';
import type { HostTensor } from '../../tensor/host-tensor.js';
import { flatIndex, formatShape, stridesOf } from '../../tensor/shape.js';
import type { TensorType } from '../tensor.js';

/** Along `axis`, positions are taken from `indices`, whose first `batchDims` axes are those of x. */
export interface IndexedAttributes {
  readonly axis: number;
  readonly batchDims: number;
}

/** Where in `indices` the position stands that belongs to an index of the gathered (or scattered) tensor. */
export function indexOfPosition<T>(index: readonly T[], { axis, batchDims }: IndexedAttributes): T[] {
  return [...index.slice(0, batchDims), ...index.slice(axis, axis + 1)];
}

/** The position that belongs to an index of the gathered (or scattered) tensor. */
export function positionAt(indices: HostTensor, index: readonly number[], attributes: IndexedAttributes): number {
  return indices.data[flatIndex(indexOfPosition(index, attributes), stridesOf(indices.shape))]!;
}

export function checkIndices(
  name: string,
  x: TensorType,
  indices: TensorType,
  { axis, batchDims }: IndexedAttributes,
): void {
  checkNumbers(name, '[axis, batchDims]', [axis, batchDims]);
  if (indices.dtype !== 'int32')
    throw new AdjointError('DTYPE_MISMATCH', `${name}: indices are ${indices.dtype}; they must be int32.`);
  if (![axis, batchDims].every((number) => Number.isSafeInteger(number) && number >= 0)) {
    throw new AdjointError(
      'ATTRIBUTE_INVALID',
      `${name}: the axis is ${axis}, after ${batchDims} axes of batches; give whole numbers ≥ 0.`,
    );
  }
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
