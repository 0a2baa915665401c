import { checkNumbers, checkTensors } from '../operand.js';
import { scaleIndex } from '../../loops/index-expression.js';
import { AdjointError } from '../../errors.js';
import { formatShape, perAxis } from '../../tensor/shape.js';
import { definePrimitive } from '../primitive.js';
import { apply, type Tensor } from '../tensor.js';
import { moveElements } from './index-map.js';
import { pad } from './pad.js';

interface SliceAttributes {
  readonly start: readonly number[];
  /** Exclusive. */
  readonly stop: readonly number[];
  /** ≥ 1. */
  readonly step: readonly number[];
}

/** The adjoint puts the elements back between zeros. */
export const slicePrimitive = definePrimitive<SliceAttributes, [x: Tensor]>({
  name: 'slice',
  formula: 'y[i] = x[start + i·step]; x̄[start + i·step] = ȳ[i], 0 elsewhere',
  family: 'movement',
  indexMap: true,
  infer([x], attributes) {
    const rank = x.shape.length;
    if ([attributes.start, attributes.stop, attributes.step].some((values) => values.length !== rank)) {
      throw new AdjointError(
        'ATTRIBUTE_INVALID',
        `slice: start, stop and step take one number for each of the ${rank} axes of ${formatShape(x.shape)}.`,
      );
    }
    const shape = perAxis({ extent: x.shape, ...attributes }).map(({ extent, start, stop, step }, axis) => {
      if (![start, stop, step].every(Number.isInteger) || step < 1 || start < 0 || stop > extent || start > stop) {
        throw new AdjointError(
          'ATTRIBUTE_INVALID',
          `slice: ${start}:${stop}:${step} does not fit axis ${axis} of ${formatShape(x.shape)}; 0 ≤ start ≤ stop ≤ ${extent} and step ≥ 1.`,
        );
      }
      return Math.ceil((stop - start) / step);
    });
    return { shape, dtype: x.dtype };
  },
  vjp({ inputs: [x], shape, attributes }, cotangent) {
    const padding = perAxis({ extent: x.shape, taken: shape, ...attributes }).map(({ extent, taken, start, step }) => {
      const covered = taken === 0 ? 0 : (taken - 1) * step + 1;
      return [start, extent - start - covered] as const;
    });
    return [pad(cotangent, padding, { interior: attributes.step.map((step) => step - 1) })];
  },
  compute([x], { start, step }, output) {
    moveElements(x, output, (index) => index.map((i, axis) => start[axis]! + i * step[axis]!));
  },
  lowering: {
    kind: 'point',
    expression: ({ inputs: [x], attributes: { start, step } }, indices, { at }) =>
      at(
        x,
        indices.map((index, axis) => scaleIndex(index, step[axis]!, start[axis]!)),
      ),
  },
});

/**
 * The part of x from `start` to `stop` (exclusive) along each axis, every `step`-th element. Missing axes are taken
 * whole; negative positions count from the end.
 */
export function slice(x: Tensor, start: readonly number[], stop?: readonly number[], step?: readonly number[]): Tensor {
  checkTensors('slice', x);
  checkNumbers('slice', 'start', start);
  for (const numbers of [stop, step])
    if (numbers !== undefined) checkNumbers('slice', 'a list of bounds or steps', numbers);
  const position = (given: number | undefined, extent: number, missing: number): number =>
    given === undefined ? missing : given < 0 ? given + extent : given;
  return apply(slicePrimitive, [x], {
    start: x.shape.map((extent, axis) => position(start[axis], extent, 0)),
    stop: x.shape.map((extent, axis) => position(stop?.[axis], extent, extent)),
    step: x.shape.map((_, axis) => step?.[axis] ?? 1),
  });
}
