import { oneHot, type HookContext, type Tensor } from '@adjoint/core';

/** Number of classes: the last extent of the model's output. */
export function classesOf({ outputs: [{ shape }] }: HookContext): number {
  return shape.at(-1) ?? 1;
}

/** Targets as probabilities of `classes` classes: class numbers become one-hot rows. */
export function probabilities(targets: Tensor, classes: number): Tensor {
  return targets.dtype === 'int32' ? oneHot(targets, classes) : targets;
}
