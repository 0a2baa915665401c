import {
  AdjointError,
  perDimension,
  sizeOf,
  type ConvolveOptions,
  type Fans,
  type ForwardContext,
  type Initializer,
  type LayerScope,
  type Tensor,
} from '@adjoint/core';
import { boolean, choice, documented, oneOf, optional } from '@adjoint/core/options';
import { slidingOptions } from './spatial.js';

/** Options that the convolutions have in common. */
export const convolutionOptions = {
  ...slidingOptions,
  paddingMode: documented(
    optional(oneOf('zeros', 'reflect', 'replicate', 'circular'), 'zeros'),
    'What stands in the padding.',
  ),
  flipKernel: documented(
    optional(boolean, false),
    'Whether the kernel is flipped: convolution in the mathematical sense, and no correlation.',
  ),
  bias: documented(optional(boolean, true), 'Whether to add a bias per filter.'),
  initializer: documented(
    optional(choice('initializer'), 'fanInUniform'),
    'How the kernel starts; a bias starts likewise.',
  ),
} as const;

/** What of a convolution's options `convolve` takes. */
export type Sliding = Pick<ConvolveOptions, 'stride' | 'padding' | 'paddingMode' | 'dilation' | 'flipKernel'>;

/**
 * The extents of a kernel and their product.
 * @throws AdjointError where they are not one for each dimension, or have no centre that padding 'same' could keep.
 */
export function tapsOf(
  layer: string,
  kernel: number | readonly number[],
  dims: number,
  { flipKernel = false, padding, dilation = 1 }: Sliding = {},
): { readonly taps: readonly number[]; readonly area: number } {
  const taps = perDimension(kernel, dims, `${layer}: kernel`);
  const spread = perDimension(dilation, dims, `${layer}: dilation`);
  if (flipKernel && padding === 'same' && taps.some((extent, d) => ((extent - 1) * (spread[d] ?? 1)) % 2 === 1)) {
    throw new AdjointError(
      'OPTIONS_INVALID',
      `${layer}: a flipped kernel of even extent [${taps.join(', ')}] has no centre for padding 'same'; use an odd one, or give the padding as [before, after] per dimension.`,
    );
  }
  return { taps, area: sizeOf(taps) };
}

/** @throws AdjointError where groups of channels or filters would differ in size. */
export function checkGroups(layer: string, groups: number, channels: number, filters: number): void {
  if (channels % groups === 0 && filters % groups === 0) return;
  throw new AdjointError(
    'OPTIONS_INVALID',
    `${layer}: groups ${groups} must divide the ${channels} channels of the input and the ${filters} filters.`,
  );
}

/** Declares a bias per filter, if there is to be one, and returns what adds it to the output of a convolution. */
export function biasPerFilter(
  scope: LayerScope,
  bias: boolean,
  filters: number,
  start: { readonly initialize: Initializer } & Fans,
): (y: Tensor, context: ForwardContext) => Tensor {
  if (!bias) return (y) => y;
  const offset = scope.parameter('bias', [filters], { ...start, role: 'bias' });
  return (y, { value }) => y.add(value(offset).reshape([filters, ...y.shape.slice(2).map(() => 1)]));
}
