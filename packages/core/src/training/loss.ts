import type { Tensor } from '../graph/tensor.js';
import { definer } from '../registry/definition.js';

/** What is minimised: a scalar, the mean over the batch. */
export type Loss = (output: Tensor, targets: Tensor) => Tensor;

/** Names of the kind `loss` with their options; the package that defines a name adds it by declaration merging. */
export interface Losses {}

declare module '../registry/kinds.js' {
  interface Kinds {
    loss: { catalogue: Losses; instance: Loss };
  }
}

export const defineLoss = definer('loss');
