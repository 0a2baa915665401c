import { checkTensors } from '../operand.js';
import { constantIndex } from '../../loops/index-expression.js';
import { AdjointError } from '../../errors.js';
import { checkShape, formatShape, sameShape, type Shape } from '../../tensor/shape.js';
import { definePrimitive, isNodeOf } from '../primitive.js';
import { apply, type Tensor } from '../tensor.js';
import { moveElements } from './index-map.js';
import { reshape } from './reshape.js';
import { sum } from './sum.js';

/** Repeats axes of extent 1, and adds axes in front. The adjoint of repeating is summing. */
export const broadcastToPrimitive = definePrimitive<{ readonly shape: Shape }, [x: Tensor]>({
  name: 'broadcastTo',
  formula: 'y[…, i, …] = x[…, i or 0, …]; x̄ = Σ ȳ over the repeated axes',
  family: 'movement',
  indexMap: true,
  repeats: true,
  quiet: true,
  infer([x], { shape }) {
    checkShape(shape, 'broadcastTo');
    const offset = shape.length - x.shape.length;
    if (offset < 0 || x.shape.some((extent, axis) => extent !== 1 && extent !== shape[axis + offset])) {
      throw new AdjointError(
        'SHAPE_MISMATCH',
        `broadcastTo: shape ${formatShape(x.shape)} does not broadcast to ${formatShape(shape)}: aligned at the last axis, each extent must be equal or 1.`,
      );
    }
    return { shape, dtype: x.dtype };
  },
  vjp({ inputs: [x], shape }, cotangent) {
    return [reshape(sum(cotangent, repeatedAxes(x.shape, shape), true), x.shape)];
  },
  compute([x], { shape }, output) {
    moveElements(x, output, (index) =>
      index.slice(shape.length - x.shape.length).map((i, axis) => (x.shape[axis] === 1 ? 0 : i)),
    );
  },
  lowering: {
    kind: 'point',
    expression: ({ inputs: [x], shape }, indices, { at }) =>
      at(
        x,
        indices.slice(shape.length - x.rank).map((index, axis) => (x.shape[axis] === 1 ? constantIndex(0) : index)),
      ),
  },
  simplify({ inputs: [x], attributes: { shape } }): Tensor | undefined {
    if (sameShape(x.shape, shape)) return x;
    return isNodeOf(x, broadcastToPrimitive) ? broadcastTo(x.inputs[0], shape) : undefined;
  },
});

function repeatedAxes(from: Shape, to: Shape): number[] {
  const offset = to.length - from.length;
  return to.flatMap((extent, axis) => (axis < offset || (from[axis - offset] === 1 && extent !== 1) ? [axis] : []));
}

/** Repeats x to `shape` by numpy's broadcasting rule. */
export function broadcastTo(x: Tensor, shape: Shape): Tensor {
  checkTensors('broadcastTo', x);
  checkShape(shape, 'broadcastTo');
  return sameShape(x.shape, shape) ? x : apply(broadcastToPrimitive, [x], { shape });
}
