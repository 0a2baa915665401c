import type { Dataset } from '../data/dataset.js';
import type { EventHandler } from '../events/typed-events.js';
import type { EpochResult } from '../model/build-context.js';
import type { PredictedClass } from '../model/classify.js';
import type { Model } from '../model/model.js';
import type { Examples, PredictOptions } from '../model/predict.js';
import { definer } from '../registry/definition.js';
import { membersOf } from '../registry/instance-check.js';
import type { HostTensor } from '../tensor/host-tensor.js';
import type { TrainerOptions } from './trainer-options.js';
import type { Progress, TrainingEvents } from './training-events.js';

/** JSON, as plain values. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** Something that trains, as those see it who watch: a trainer, an ensemble, a search. */
export interface Observed {
  /** Where training stands. */
  readonly progress: Progress;
  /** Epochs of the latest run that are done. */
  readonly history: readonly EpochResult[];
  /** Calls `handler` on every event of that name; returns the undo. */
  on<E extends keyof TrainingEvents & string>(event: E, handler: EventHandler<TrainingEvents[E]>): () => void;
  /** Like `on`, for the next event only. */
  once<E extends keyof TrainingEvents & string>(event: E, handler: EventHandler<TrainingEvents[E]>): () => void;
  /** Ends the present run after the step that is under way. */
  stop(reason?: string): void;
  /** The model, where there is one: an ensemble has several, and none of these five. */
  readonly model?: Model;
  /** What the trainer was made with. */
  readonly options?: TrainerOptions;
  /** What the present run validates on. */
  readonly validation?: Dataset | undefined;
  /** Parameters and states by name, as evaluation uses them; between two steps. */
  weights?(): Promise<ReadonlyMap<string, HostTensor>>;
  /** Outputs for examples, as evaluation has them. */
  predict?(examples: Examples, options?: PredictOptions): Promise<HostTensor>;
  /** The class of each example. */
  predictClasses?(examples: Examples, options?: PredictOptions): Promise<PredictedClass[]>;
}

/** Subscribes to the events of what it is attached to. */
export interface Observer {
  /** Returns the undo, which is called when the trainer is closed. */
  attach(run: Observed): (() => void) | void;
  /** What is saved with a run, for an observer that keeps more than a subscription. */
  readonly state?: { save(): Json; restore(value: Json): void };
}

/** Names of the kind `logger` with their options; the package that defines a name adds it by declaration merging. */
export interface Loggers {}

declare module '../registry/kinds.js' {
  interface Kinds {
    logger: { catalogue: Loggers; instance: Observer };
  }
}

export const defineLogger = definer('logger', membersOf<Observer>({ attach: 'method', state: 'value' }));
