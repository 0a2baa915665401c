import { AdjointError, formatShape, type Shape } from '@adjoint/core';
import { anyOf, array, count, documented, integer, oneOf, optional, tuple } from '@adjoint/core/options';

/** Spatial dimensions that the examples of a layer have; any number of them, if undefined. */
export type Dimensions = 1 | 2 | 3 | undefined;

/** An option that is one number for every spatial dimension, or one each. */
export const extents = anyOf(count, array(count));
/** What stands around the input, as `SpatialPadding` of core. */
export const padding = anyOf(oneOf('valid', 'same', 'causal'), integer, array(anyOf(integer, tuple(integer, integer))));

/** Options of what slides a kernel over its input, but for what the kernel holds. */
export const slidingOptions = {
  kernel: documented(extents, 'Extent of the kernel.'),
  stride: documented(optional(extents, 1), 'Step between outputs.'),
  padding: documented(
    optional(padding, 'valid'),
    "'valid' (none), 'same' (⌈a/stride⌉ outputs), 'causal' (all of it before), one number, or a number or [before, after] per dimension; negative numbers crop.",
  ),
  dilation: documented(optional(extents, 1), 'Distance between taps of the kernel.'),
} as const;

/** Options of pooling windows. */
export const poolingOptions = {
  size: documented(extents, 'Extent of a window.'),
  stride: documented(optional(extents), 'Step between windows; their size if not given.'),
  padding: documented(
    optional(padding, 0),
    "Elements on each side, a number or [before, after] per dimension, 'valid' (none), 'same' (⌈a/stride⌉ windows) or 'causal' (all of it before); less than a window reaches.",
  ),
  dilation: documented(optional(extents, 1), 'Distance between the elements of a window.'),
} as const;

/** Checks the rank of an example [channels, …spatial] and takes it apart. */
export function channelsAndSpace(
  layer: string,
  [channels, ...space]: Shape,
  expected: Dimensions,
): readonly [channels: number, space: Shape] {
  if (channels !== undefined && space.length > 0 && (expected ?? space.length) === space.length)
    return [channels, space];
  const names = expected === undefined ? '…spatial' : ['length', 'height, width', 'depth, height, width'][expected - 1];
  const found = formatShape(channels === undefined ? [] : [channels, ...space]);
  throw new AdjointError('SHAPE_MISMATCH', `${layer}: takes examples [channels, ${names}], not ${found}.`);
}

/** `1 spatial dimension`, `all spatial dimensions`. */
export function dimensionsText(dimensions: Dimensions): string {
  return `${dimensions ?? 'all'} spatial dimension${dimensions === 1 ? '' : 's'}`;
}
