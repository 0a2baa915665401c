import type { CreateContext, ForwardContext, LayerScope, Shape, Tensor } from '@adjoint/core';

/** Which of the two a normalisation learns. */
export interface Learnt {
  readonly scale: boolean;
  readonly shift: boolean;
}

/**
 * Declares γ, which starts at 1, and β, which starts at 0, of `shape`. The function that is returned computes γ·x + β, in
 * which they are brought to the shape `spread` and broadcast.
 */
export function affineOf(
  scope: LayerScope,
  { create }: CreateContext,
  shape: Shape,
  { scale, shift }: Learnt,
): (x: Tensor, spread: Shape, context: ForwardContext) => Tensor {
  const gamma = scale
    ? scope.parameter('gamma', shape, { initialize: create('initializer', 'ones'), role: 'scale' })
    : undefined;
  const beta = shift
    ? scope.parameter('beta', shape, { initialize: create('initializer', 'zeros'), role: 'bias' })
    : undefined;
  return (x, spread, { value }) => {
    const scaled = gamma ? x.mul(value(gamma).reshape(spread)) : x;
    return beta ? scaled.add(value(beta).reshape(spread)) : scaled;
  };
}

/** x with mean 0 and variance 1 over some axes. */
export function standardized(x: Tensor, axes: readonly number[], epsilon: number): Tensor {
  const centred = x.sub(x.mean(axes, true));
  return centred.mul(centred.square().mean(axes, true).add(epsilon).rsqrt());
}
