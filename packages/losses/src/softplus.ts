import { log1p, withVjp, type Tensor } from '@adjoint/core';

/** ln(1 + eˣ), without overflow; its derivative is σ(x). */
export function softplus(x: Tensor): Tensor {
  return withVjp(
    'softplus',
    [x],
    () => x.maximum(0).add(log1p(x.abs().neg().exp())),
    (cotangent, [of]) => [cotangent.mul(of!.sigmoid())],
  );
}
