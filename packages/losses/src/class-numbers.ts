import { AdjointError, formatShape, gather, hostTensor, take, where, type Tensor } from '@adjoint/core';
import { array, documented, integer, optional, rate } from '@adjoint/core/options';
import { constant } from '@adjoint/core/primitives';

/** Options of losses that take class numbers. */
export const classOptions = {
  weights: documented(
    optional(array(rate)),
    'How much each class counts, one number for each; all alike if not given. The mean is over these weights.',
  ),
  ignoreIndex: documented(
    optional(integer),
    'Class number of what does not count, such as padding; none if not given.',
  ),
};

interface ClassOptions {
  readonly weights?: readonly number[] | undefined;
  readonly ignoreIndex?: number | undefined;
}

/** The value of each place's class: [batch, classes, …places] and [batch, …places] → [batch, …places]. */
export function ofClass(values: Tensor, classes: Tensor): Tensor {
  const axes = values.shape.map((_, axis) => axis);
  const rows = values.transpose([...axes.filter((axis) => axis !== 1), 1]).reshape([classes.size, -1]);
  return gather(rows, classes.reshape([classes.size, 1]), 1, 1).reshape(classes.shape);
}

/** Class numbers that exist, and how much each place counts; undefined where all count alike. */
export function countedClasses(
  who: string,
  target: Tensor,
  output: Tensor,
  { weights, ignoreIndex }: ClassOptions,
): { readonly known: Tensor; readonly counts: Tensor | undefined } {
  const counted = ignoreIndex === undefined ? undefined : target.notEqual(ignoreIndex);
  const known = counted ? where(counted, target, 0) : target;
  const isCounted = counted?.cast(output.dtype);
  if (!weights) return { known, counts: isCounted };
  const ofPlace = take(perClass(who, weights, output).reshape([-1]), known);
  return { known, counts: isCounted ? ofPlace.mul(isCounted) : ofPlace };
}

/** Weights of classes, to be multiplied with [batch, classes, …places]: [classes, 1, …]. */
export function perClass(who: string, weights: readonly number[], { shape, dtype, rank }: Tensor): Tensor {
  const [, classes] = shape;
  if (weights.length !== classes)
    throw new AdjointError(
      'OPTIONS_INVALID',
      `${who}: there are ${weights.length} weights for ${classes} classes; give one for each.`,
    );
  return constant(hostTensor([...weights], [classes, ...Array.from({ length: rank - 2 }, () => 1)], dtype));
}

/** Refuses probabilities where a loss takes class numbers alone. @throws AdjointError `SHAPE_MISMATCH` */
export function onlyNumbers(who: string, target: Tensor): void {
  if (target.dtype === 'int32') return;
  throw new AdjointError(
    'SHAPE_MISMATCH',
    `${who}: takes class numbers, and not probabilities ${formatShape(target.shape)}; give the number of each class.`,
  );
}
