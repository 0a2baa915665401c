import type { EpochResult } from '../model/build-context.js';
import type { FitEnd } from './training-events.js';
import type { Choice } from '../registry/kinds.js';
import type { Dataset } from '../data/dataset.js';

export interface TrainerOptions {
  readonly loss: Choice<'loss'>;
  readonly optimizer: Choice<'optimizer'>;
  /** Changes the optimizer's learning rate from step to step; constant if not given. */
  readonly schedule?: Choice<'schedule'>;
  readonly metrics?: readonly Choice<'metric'>[];
  readonly regularizers?: readonly Choice<'regularizer'>[];
  /** Applied to all gradients in this order, before the optimizer. */
  readonly gradientTransforms?: readonly Choice<'gradientTransform'>[];
  readonly loggers?: readonly Choice<'logger'>[];
  /** Of the order of examples and of all random numbers in training; 0 if not given. */
  readonly seed?: number;
  /** Whether a handler that throws ends the run (`throw`, the default) or is warned about. */
  readonly onHandlerError?: 'throw' | 'warn';
}

export interface FitOptions {
  /** Epochs of the whole run, with those that were done before it was interrupted. */
  readonly epochs: number;
  /** Examples per update, or 'full' for all at once. */
  readonly batchSize: number | 'full';
  /** Evaluated after each epoch. */
  readonly validation?: Dataset;
  /** A new order in each epoch; true if not given. */
  readonly shuffle?: boolean;
  /** Leaves out a last batch that is not full; false if not given. */
  readonly dropLast?: boolean;
  /** Ends the run at the next step boundary. */
  readonly signal?: AbortSignal;
}

/** What a run leaves behind. */
export interface FitResult {
  readonly reason: FitEnd['reason'];
  readonly detail?: string;
  readonly history: readonly EpochResult[];
}

/** Where an unfinished run stands: with weights and slots enough to go on with the same numbers. Plain JSON. */
export interface RunPosition {
  /** Epoch in which the run began. */
  readonly firstEpoch: number;
  /** Batches done in the present epoch. */
  readonly stepInEpoch: number;
  /** Sum of loss·examples, and examples, of the present epoch. */
  readonly lossSum: number;
  readonly examples: number;
  readonly history: readonly EpochResult[];
}
