import { oneHot, type Tensor } from '@adjoint/core';

/** Targets as probabilities of `classes` classes: class numbers become one-hot rows. */
export function probabilities(targets: Tensor, classes: number): Tensor {
  return targets.dtype === 'int32' ? oneHot(targets, classes) : targets;
}
