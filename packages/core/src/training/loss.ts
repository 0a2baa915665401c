import type { Tensor } from '../graph/tensor.js';

/** What is minimised: a scalar, the mean over the batch. */
export type Loss = (output: Tensor, targets: Tensor) => Tensor;
