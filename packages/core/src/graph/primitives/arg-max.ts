import { checkFlag, checkTensors } from '../operand.js';
import { isNumeric } from '../../tensor/dtype.js';
import { AdjointError } from '../../errors.js';
import { formatShape, normalizeAxis } from '../../tensor/shape.js';
import { definePrimitive, noGradient } from '../primitive.js';
import { apply, type Tensor } from '../tensor.js';
import { wrongDtype } from './wrong-dtype.js';
import { neg } from './neg.js';
import { firstLargest, forEachReduced, reducedShape, reductionNest } from './reduction.js';

interface ArgMaxAttributes {
  readonly axis: number;
  readonly keepDims: boolean;
}

/** Where the first largest element along an axis is, as int32; a NaN counts as the largest. */
export const argMaxPrimitive = definePrimitive<ArgMaxAttributes, [x: Tensor]>({
  name: 'argMax',
  formula: 'y = the index of the first largest element along an axis; x̄ = 0',
  family: 'reduction',
  infer([x], { axis, keepDims }) {
    if (!isNumeric(x.dtype)) throw wrongDtype('argMax', x.dtype);
    if (x.shape[axis] === 0)
      throw new AdjointError(
        'SHAPE_MISMATCH',
        `argMax: axis ${axis} of ${formatShape(x.shape)} is empty; nothing is largest.`,
      );
    return { shape: reducedShape(x.shape, { axes: [axis], keepDims }), dtype: 'int32' };
  },
  vjp: noGradient,
  compute([x], { axis }, output) {
    forEachReduced(x, [axis], (place, elements) => {
      output.data[place] = firstLargest(Array.from(elements, (i) => x.data[i]!));
    });
  },
  lowering: {
    kind: 'reduction',
    nests: ({ inputs: [x], attributes: { axis, keepDims } }, { at }) => [
      reductionNest(x.shape, { axes: [axis], keepDims }, (indices) => ({
        operation: 'pick',
        value: at(x, indices),
        payload: { kind: 'index', dtype: 'int32', index: indices[axis]! },
      })),
    ],
  },
});

/** Where the first largest element along `axis` is, as int32; a NaN counts as the largest. */
export function argMax(x: Tensor, axis: number, keepDims = false): Tensor {
  checkTensors('argMax', x);
  checkFlag('argMax', 'keepDims', keepDims);
  return apply(argMaxPrimitive, [x], { axis: normalizeAxis(axis, x.rank, 'argMax'), keepDims });
}

/** Where the first smallest element along `axis` is, as int32; a NaN counts as the smallest. */
export function argMin(x: Tensor, axis: number, keepDims = false): Tensor {
  checkTensors('argMin', x);
  return argMax(neg(x), axis, keepDims);
}
