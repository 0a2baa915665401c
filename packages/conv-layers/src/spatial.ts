import { AdjointError, formatShape, type Shape } from '@adjoint/core';
import { anyOf, array, count, integer, tuple } from '@adjoint/core/options';

/** An option that is one number for every spatial dimension, or one each. */
export const extents = anyOf(count, array(count));
/** An option that is one number for all sides, or [before, after] per dimension. */
export const sides = anyOf(integer, array(tuple(integer, integer)));

/** Checks the rank of an example [channels, …spatial] and takes it apart. */
export function channelsAndSpace(
  layer: string,
  [channels, ...space]: Shape,
  expected: number | undefined,
): readonly [channels: number, space: Shape] {
  if (channels !== undefined && space.length > 0 && (expected ?? space.length) === space.length)
    return [channels, space];
  const names = expected === undefined ? '…spatial' : ['length', 'height, width', 'depth, height, width'][expected - 1];
  const found = formatShape(channels === undefined ? [] : [channels, ...space]);
  throw new AdjointError('SHAPE_MISMATCH', `${layer}: takes examples [channels, ${names}], not ${found}.`);
}
