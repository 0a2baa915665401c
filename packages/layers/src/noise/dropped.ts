import { bernoulli, where, type Forward, type Shape, type Tensor, type Varying } from '@adjoint/core';

/** x/(1 − rate) where a mask of `shape`, which is broadcast, keeps it, and 0 elsewhere. */
export function dropped(x: Tensor, key: Tensor, rate: Tensor, shape: Shape): Tensor {
  const kept = rate.neg().add(1);
  // Where nothing is kept, 0/0 would reach the gradient.
  return where(bernoulli(key, kept, shape), x.div(kept.maximum(1e-7)), 0);
}

/** Drops parts of its input while training; along the axes from `shared` on, the batch being 0, all fall together. */
export function dropping(rate: Varying, shared = Infinity): Forward {
  return ([x], { training, random, value }) => {
    if (!training) return x;
    const shape = x.shape.map((extent, d) => (d < shared ? extent : 1));
    return dropped(x, random(), value(rate), shape);
  };
}
