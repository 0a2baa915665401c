import type { Tensor, TensorType } from '../graph/tensor.js';
import type { RandomSource } from '../random/random-source.js';
import type { TypedArray } from '../tensor/dtype.js';
import type { ParameterValue } from './optimizer.js';
import type { Trainer } from './trainer.js';

/** A batch inside a trace. */
export interface TracedBatch {
  readonly inputs: readonly Tensor[];
  readonly targets: Tensor;
}

export interface RegularizerContext {
  /** Last extent of the model's output: the number of classes of a classifier. */
  readonly outputs: number;
  /** A key for `uniform`, `normal` and `bernoulli` that belongs to this regularizer and step. */
  random(place?: string): Tensor;
  /** A small tensor that is computed on the host before each step, such as mixup's λ. `step` counts from 0. */
  stepInput(name: string, type: TensorType, compute: (step: number, random: RandomSource) => TypedArray): Tensor;
}

/** Any subset of hooks; each builds graph and is called while the training step is traced, in the order of the step. */
export interface Regularizer {
  /** Changes inputs and targets (augmentation, mixup, noise). */
  batch?(batch: TracedBatch, context: RegularizerContext): TracedBatch;
  /** Changes the targets (label smoothing). */
  targets?(targets: Tensor, context: RegularizerContext): Tensor;
  /** Changes a parameter as the forward pass sees it (weight noise). */
  parameter?(parameter: ParameterValue, context: RegularizerContext): Tensor;
  /** A scalar that is added to the loss. */
  penalty?(parameters: readonly ParameterValue[], context: RegularizerContext): Tensor;
  /** Changes a parameter after its update (max-norm). */
  constraint?(parameter: ParameterValue): Tensor;
  /** Subscribes to events (early stopping); returns the undo. Called when the trainer is made. */
  attach?(trainer: Trainer): (() => void) | void;
}
