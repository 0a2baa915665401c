import { checkFlag, checkTensors } from '../operand.js';
import { isNumeric } from '../../tensor/dtype.js';
import { AdjointError } from '../../errors.js';
import { formatShape, normalizeAxes } from '../../tensor/shape.js';
import { definePrimitive } from '../primitive.js';
import { apply, type Tensor } from '../tensor.js';
import { cast } from './cast.js';
import { div } from './div.js';
import { wrongDtype } from './wrong-dtype.js';
import { equal } from './equal.js';
import { mul } from './mul.js';
import { neg } from './neg.js';
import { forEachReduced, reducedShape, reductionNest, type ReductionAttributes } from './reduction.js';
import { reshape } from './reshape.js';
import { spread, sum } from './sum.js';

/** The largest element over axes; NaN is passed on. Equal largest elements get equal parts of the cotangent. */
export const maxPrimitive = definePrimitive<ReductionAttributes, [x: Tensor]>({
  name: 'max',
  formula: 'y = max x over axes; x̄ = ȳ·[x = y]/Σ[x = y]',
  family: 'reduction',
  infer([x], attributes) {
    if (!isNumeric(x.dtype)) throw wrongDtype('max', x.dtype);
    if (attributes.axes.some((axis) => x.shape[axis] === 0)) {
      throw new AdjointError(
        'SHAPE_MISMATCH',
        `max: the reduced axes of ${formatShape(x.shape)} are empty; nothing is largest.`,
      );
    }
    return { shape: reducedShape(x.shape, attributes), dtype: x.dtype };
  },
  vjp(node, cotangent) {
    const [x] = node.inputs;
    const isLargest = cast(equal(x, spread(node, x, node.attributes)), x.dtype);
    const share = div(isLargest, spread(sum(isLargest, node.attributes.axes), x, node.attributes));
    return [mul(share, spread(cotangent, x, node.attributes))];
  },
  compute([x], { axes }, output) {
    forEachReduced(x, axes, (place, elements) => {
      let largest = -Infinity;
      for (const i of elements) largest = Math.max(largest, x.data[i]!);
      output.data[place] = largest;
    });
  },
  lowering: {
    kind: 'reduction',
    nests: ({ inputs: [x], attributes }, { at }) => [
      reductionNest(x.shape, attributes, (indices) => ({ operation: 'max', value: at(x, indices) })),
    ],
  },
  simplify: ({ inputs: [x], shape, attributes: { axes } }) =>
    axes.every((axis) => x.shape[axis] === 1) ? reshape(x, shape) : undefined,
});

/** The largest element over `axes` (all if not given); NaN is passed on. */
export function max(x: Tensor, axes?: number | readonly number[], keepDims = false): Tensor {
  checkTensors('max', x);
  checkFlag('max', 'keepDims', keepDims);
  const resolved = normalizeAxes(axes, x.rank, 'max');
  return resolved.length === 0 ? x : apply(maxPrimitive, [x], { axes: resolved, keepDims });
}

/** The smallest element over `axes` (all if not given); NaN is passed on. */
export function min(x: Tensor, axes?: number | readonly number[], keepDims = false): Tensor {
  checkTensors('min', x);
  return neg(max(neg(x), axes, keepDims));
}
