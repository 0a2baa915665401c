import type { Tensor } from '../graph/tensor.js';
import type { HostInputs } from './host-inputs.js';
import type { ParameterValue } from './optimizer.js';
import type { Trainer } from './trainer.js';
import { definer } from '../registry/definition.js';

/** A batch inside a trace. */
export interface TracedBatch {
  readonly inputs: readonly Tensor[];
  readonly targets: Tensor;
}

export interface RegularizerContext extends HostInputs {
  /** Last extent of the model's output: the number of classes of a classifier. */
  readonly outputs: number;
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

/** Names of the kind `regularizer` with their options; the package that defines a name adds it by declaration merging. */
export interface Regularizers {}

declare module '../registry/kinds.js' {
  interface Kinds {
    regularizer: { catalogue: Regularizers; instance: Regularizer };
  }
}

export const defineRegularizer = definer('regularizer');
