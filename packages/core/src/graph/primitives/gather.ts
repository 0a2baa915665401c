import { isFloat } from '../../tensor/dtype.js';
import { flatIndex, forEachIndex, stridesOf } from '../../tensor/shape.js';
import { definePrimitive } from '../primitive.js';
import { apply, type Tensor } from '../tensor.js';
import { checkIndices, indexOfPosition, positionAt, type IndexedAttributes } from './indexed.js';
import { scatterAdd } from './scatter-add.js';

/**
 * y[b…, a…, k, r…] = x[b…, a…, indices[b…, k], r…]; NaN (0 for integers) where an index lies outside the axis.
 * The adjoint adds what was taken back to its place.
 */
export const gatherPrimitive = definePrimitive<IndexedAttributes, [x: Tensor, indices: Tensor]>({
  name: 'gather',
  formula: 'y[…, k, …] = x[…, indices[k], …]; x̄ = scatterAdd(ȳ, indices)',
  family: 'movement',
  infer([x, indices], attributes) {
    checkIndices('gather', x, indices, attributes);
    return { shape: x.shape.with(attributes.axis, indices.shape.at(-1)!), dtype: x.dtype };
  },
  vjp({ inputs: [x, indices], attributes: { axis, batchDims } }, cotangent) {
    return [scatterAdd(cotangent, indices, x.shape[axis]!, axis, batchDims), undefined];
  },
  compute([x, indices], attributes, output) {
    const { axis } = attributes;
    const strides = stridesOf(x.shape);
    const missing = isFloat(x.dtype) ? NaN : 0;
    forEachIndex(output.shape, (index, flat) => {
      const position = positionAt(indices, index, attributes);
      const inside = position >= 0 && position < x.shape[axis]!;
      output.data[flat] = inside ? x.data[flatIndex(index.with(axis, position), strides)]! : missing;
    });
  },
  lowering: {
    kind: 'point',
    stored: [0],
    expression({ inputs: [x, indices], attributes }, index, { at, gather: load }) {
      return load(x, index, attributes.axis, at(indices, indexOfPosition(index, attributes)));
    },
  },
});

/** Takes the elements of x at `indices` (int32, shape [first batchDims axes of x, count]) along `axis`. */
export function gather(x: Tensor, indices: Tensor, axis: number, batchDims = 0): Tensor {
  return apply(gatherPrimitive, [x, indices], { axis, batchDims });
}
