import { scaleIndex } from '../../loops/index-expression.js';
import { AdjointError } from '../../errors.js';
import { forEachIndex, formatShape, stridesOf } from '../../tensor/shape.js';
import { definePrimitive } from '../primitive.js';
import { apply, type Tensor } from '../tensor.js';
import { pad } from './pad.js';

interface SliceAttributes {
  readonly start: readonly number[];
  /** Exclusive. */
  readonly stop: readonly number[];
  /** ≥ 1. */
  readonly step: readonly number[];
}

/** y[i] = x[start + i·step] along every axis. The adjoint puts the elements back between zeros. */
export const slicePrimitive = definePrimitive<SliceAttributes, [x: Tensor]>({
  name: 'slice',
  infer([x], { start, stop, step }) {
    const rank = x.shape.length;
    if (start.length !== rank || stop.length !== rank || step.length !== rank) {
      throw new AdjointError(
        'ATTRIBUTE_INVALID',
        `slice: start, stop and step take one number for each of the ${rank} axes of ${formatShape(x.shape)}.`,
      );
    }
    const shape = x.shape.map((extent, axis) => {
      const [from, to, by] = [start[axis]!, stop[axis]!, step[axis]!];
      if (![from, to, by].every(Number.isInteger) || by < 1 || from < 0 || to > extent || from > to) {
        throw new AdjointError(
          'ATTRIBUTE_INVALID',
          `slice: ${from}:${to}:${by} does not fit axis ${axis} of ${formatShape(x.shape)}; 0 ≤ start ≤ stop ≤ ${extent} and step ≥ 1.`,
        );
      }
      return Math.ceil((to - from) / by);
    });
    return { shape, dtype: x.dtype };
  },
  vjp({ inputs: [x], shape, attributes: { start, step } }, cotangent) {
    const padding = shape.map((extent, axis) => {
      const covered = extent === 0 ? 0 : (extent - 1) * step[axis]! + 1;
      return [start[axis]!, x.shape[axis]! - start[axis]! - covered] as const;
    });
    return [pad(cotangent, padding, { interior: step.map((by) => by - 1) })];
  },
  compute([x], { start, step }, output) {
    const strides = stridesOf(x.shape);
    forEachIndex(output.shape, (index, flat) => {
      output.data[flat] =
        x.data[index.reduce((sum, i, axis) => sum + (start[axis]! + i * step[axis]!) * strides[axis]!, 0)]!;
    });
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
  const position = (given: number | undefined, extent: number, missing: number): number =>
    given === undefined ? missing : given < 0 ? given + extent : given;
  return apply(slicePrimitive, [x], {
    start: x.shape.map((extent, axis) => position(start[axis], extent, 0)),
    stop: x.shape.map((extent, axis) => position(stop?.[axis], extent, extent)),
    step: x.shape.map((_, axis) => step?.[axis] ?? 1),
  });
}
