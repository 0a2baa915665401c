import type { Layer, Tensor } from '@adjoint/core';

/** A layer that maps its one input by a function, without parameters. */
export function pointwise(map: (x: Tensor) => Tensor): Layer {
  return {
    build:
      () =>
      ([x]) =>
        map(x),
  };
}
