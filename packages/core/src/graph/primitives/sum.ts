import { checkFlag, checkTensors } from '../operand.js';
import { isNumeric } from '../../tensor/dtype.js';
import { normalizeAxes } from '../../tensor/shape.js';
import { definePrimitive } from '../primitive.js';
import { apply, type Tensor } from '../tensor.js';
import { broadcastTo } from './broadcast-to.js';
import { wrongDtype } from './wrong-dtype.js';
import { forEachReduced, reducedShape, reductionNest, type ReductionAttributes } from './reduction.js';
import { reshape } from './reshape.js';

/** Adds up over axes. The adjoint of summing is repeating. */
export const sumPrimitive = definePrimitive<ReductionAttributes, [x: Tensor]>({
  name: 'sum',
  formula: 'y = Σ x over axes; x̄ = ȳ, repeated along the axes',
  family: 'reduction',
  infer([x], attributes) {
    if (!isNumeric(x.dtype)) throw wrongDtype('sum', x.dtype);
    return { shape: reducedShape(x.shape, attributes), dtype: x.dtype };
  },
  vjp: ({ inputs: [x], attributes }, cotangent) => [spread(cotangent, x, attributes)],
  compute([x], { axes }, output) {
    forEachReduced(x, axes, (place, elements) => {
      let total = 0;
      for (const i of elements) total += x.data[i]!;
      output.data[place] = total;
    });
  },
  lowering: {
    kind: 'reduction',
    nests: ({ inputs: [x], attributes }, { at }) => [
      reductionNest(x.shape, attributes, (indices) => ({ operation: 'sum', value: at(x, indices) })),
    ],
  },
  simplify: ({ inputs: [x], shape, attributes: { axes } }) =>
    axes.every((axis) => x.shape[axis] === 1) ? reshape(x, shape) : undefined,
});

/** Repeats a reduced tensor to the shape it was reduced from. */
export function spread(reduced: Tensor, original: Tensor, { axes }: ReductionAttributes): Tensor {
  const kept = original.shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent));
  return broadcastTo(reshape(reduced, kept), original.shape);
}

/** The sum over `axes` (all if not given); `keepDims` leaves them with extent 1. */
export function sum(x: Tensor, axes?: number | readonly number[], keepDims = false): Tensor {
  checkTensors('sum', x);
  checkFlag('sum', 'keepDims', keepDims);
  const resolved = normalizeAxes(axes, x.rank, 'sum');
  return resolved.length === 0 ? x : apply(sumPrimitive, [x], { axes: resolved, keepDims });
}
