import type { Tensor, TensorType } from '../graph/tensor.js';
import type { RandomSource } from '../random/random-source.js';
import type { TypedArray } from '../tensor/dtype.js';

/** What the host computes anew before each step, for whoever builds a part of the step. */
export interface HostInputs {
  /** A key for `uniform`, `normal` and `bernoulli` that belongs to the asker and the step; another one for each `place`. */
  random(place?: string): Tensor;
  /** A small tensor that is computed on the host before each step, such as mixup's λ. `step` counts from 0. */
  stepInput(name: string, type: TensorType, compute: (step: number, random: RandomSource) => TypedArray): Tensor;
}
