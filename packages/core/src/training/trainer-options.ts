import type { Signal } from './signal.js';
import type { BatchOptions } from '../data/batches.js';
import type { Dataset } from '../data/dataset.js';
import type { TrainingData } from '../data/training-data.js';
import type { EpochResult, Varying } from '../model/build-context.js';
import type { Choice, Otherwise } from '../registry/kinds.js';
import type { CheckpointPlan } from './checkpoints.js';
import type { OptimizerChoice } from './optimizer-groups.js';
import type { FitEnd } from './training-events.js';

/** A loss of several, and what it is bound to. */
export interface LossTerm {
  readonly loss: Choice<'loss'>;
  /** Names of outputs of the model, as in its composition; all if not given. */
  readonly outputs?: readonly string[];
  /** Places of targets of the data; all if not given. */
  readonly targets?: readonly number[];
  /** Its factor in the total; 1 if not given. */
  readonly weight?: Varying;
}

/** A metric of one output. */
export interface OutputMetric {
  readonly metric: Choice<'metric'>;
  /** Name of an output of the model. */
  readonly output?: string;
  /** Place of a target of the data; that of the output's loss if not given. */
  readonly target?: number;
}

/** Plain data, but for functions among the options of choices. */
export interface TrainerOptions {
  /** What is minimised; of several losses, their weighted sum. */
  readonly loss: Choice<'loss'> | Otherwise<readonly LossTerm[], 'loss'>;
  readonly optimizer: OptimizerChoice;
  /** Changes the optimizer's learning rate from step to step; constant if not given. */
  readonly schedule?: Choice<'schedule'>;
  readonly metrics?: readonly (Choice<'metric'> | Otherwise<OutputMetric, 'metric'>)[];
  readonly regularizers?: readonly Choice<'regularizer'>[];
  /** Applied to all gradients in this order, before the optimizer. */
  readonly gradientTransforms?: readonly Choice<'gradientTransform'>[];
  readonly loggers?: readonly Choice<'logger'>[];
  /** Of the order of examples and of all random numbers in training; 0 if not given. */
  readonly seed?: number;
  /** Whether a handler that throws ends the run (`throw`, the default) or is warned about. */
  readonly onHandlerError?: 'throw' | 'warn';
}

/** How a run goes through its data; plain JSON. */
export interface FitPlan {
  /** Epochs of the whole run, with those that were done before it was interrupted. */
  readonly epochs: number;
  /** Examples per batch, or 'full' for all at once. */
  readonly batchSize: BatchOptions['batchSize'];
  /** Batches per update, whose gradients are added up: as one batch of all of them. With 'full', slices of the data. */
  readonly accumulate?: number;
  /** A new order in each epoch; true if not given. */
  readonly shuffle?: boolean;
  /** Leaves out a last batch that is not full; false if not given. */
  readonly dropLast?: boolean;
  /** Decides which examples a batch holds, instead of `shuffle`. */
  readonly sampler?: Choice<'sampler'>;
  /** Updates after which an epoch ends; needed for a stream without end. */
  readonly stepsPerEpoch?: number;
  /** Validates after so many updates, besides the end of each epoch. */
  readonly validateEvery?: number;
  /** Batches that are read ahead while steps run; 0 if not given. */
  readonly prefetch?: number;
  /** Saves the run while it goes on, so that a crash costs little. */
  readonly checkpoint?: CheckpointPlan;
}

export interface FitOptions extends FitPlan {
  /** Evaluated after each epoch. */
  readonly validation?: TrainingData;
  /** Ends the run at the next step boundary. */
  readonly signal?: Signal;
}

/** A stream makes its batches itself. */
export type StreamOptions = Omit<FitOptions, 'batchSize' | 'shuffle' | 'dropLast' | 'sampler'>;

/** Options whose validation data can be read as they are. */
export type Read<Options extends StreamOptions> = Omit<Options, 'validation'> & { readonly validation?: Dataset };

/** The first number of a run that was not finite. */
export interface Divergence {
  /** `loss`, `validation loss`, or which parameter. */
  readonly what: string;
  readonly value: number;
  /** Updates done before, as in events. */
  readonly step: number;
}

/** What a run leaves behind. */
export interface FitResult {
  readonly reason: FitEnd['reason'];
  readonly detail?: string;
  /** Where the run has diverged, if it has: its weights are of no use then. */
  readonly diverged?: Divergence;
  readonly history: readonly EpochResult[];
}

/** How a run goes through which data. What decides which batch comes next is the same when the run is resumed. */
export type ReadingPlan = Partial<Omit<FitPlan, 'checkpoint'>> & {
  /** Size of the dataset. */
  readonly examples?: number;
  /** The dataset, where it was chosen by name. */
  readonly data?: Choice<'dataset'>;
  readonly validation?: Choice<'dataset'>;
};

/** Where an unfinished run stands: with weights and slots enough to go on with the same numbers. Plain JSON. */
export interface RunPosition {
  /** Epoch in which the run began. */
  readonly firstEpoch: number;
  /** Updates done in the present epoch. */
  readonly stepInEpoch: number;
  readonly history: readonly EpochResult[];
  readonly plan: ReadingPlan;
}
