import { checkTensors } from '../operand.js';
import { scaleIndex } from '../../loops/index-expression.js';
import { normalizeAxes } from '../../tensor/shape.js';
import { definePrimitive } from '../primitive.js';
import { apply, type Tensor } from '../tensor.js';
import { moveElements } from './index-map.js';

export const flipPrimitive = definePrimitive<{ readonly axes: readonly number[] }, [x: Tensor]>({
  name: 'flip',
  formula: 'y[i] = x[n − 1 − i]; x̄[i] = ȳ[n − 1 − i]',
  family: 'movement',
  indexMap: true,
  infer: ([x]) => x,
  vjp: ({ attributes: { axes } }, cotangent) => [flip(cotangent, axes)],
  compute([x], { axes }, output) {
    moveElements(x, output, (index) => index.map((i, axis) => (axes.includes(axis) ? x.shape[axis]! - 1 - i : i)));
  },
  lowering: {
    kind: 'point',
    expression: ({ inputs: [x], shape, attributes: { axes } }, indices, { at }) =>
      at(
        x,
        indices.map((index, axis) => (axes.includes(axis) ? scaleIndex(index, -1, shape[axis]! - 1) : index)),
      ),
  },
  simplify({ inputs: [x], attributes: { axes } }) {
    const long = axes.filter((axis) => x.shape[axis] !== 1);
    return long.length < axes.length ? flip(x, long) : undefined;
  },
});

/** Reverses x along `axes` (all if not given). */
export function flip(x: Tensor, axes?: number | readonly number[]): Tensor {
  checkTensors('flip', x);
  const resolved = normalizeAxes(axes, x.rank, 'flip');
  return resolved.length === 0 ? x : apply(flipPrimitive, [x], { axes: resolved });
}
