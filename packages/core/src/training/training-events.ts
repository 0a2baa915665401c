import type { Figure } from './metric.js';
import type { WorkProgress } from '../data/work-progress.js';
import type { Profile } from '../profile/profile.js';
import type { Divergence } from './trainer-options.js';
import type { EpochResult, MetricValues } from '../model/build-context.js';
import type { ErrorCode } from '../errors.js';
import { custom, oneOf, optional, schemaOf, validateOptions } from '../registry/options/index.js';
import type { Plugin } from '../registry/plugin.js';
import { TypedEvents, type TypedEventsOptions } from '../events/typed-events.js';

/** Where a run stands. */
export interface Progress {
  /** Epochs completed before this one: the first is 0. */
  readonly epoch: number;
  /** Parameter updates completed before this one, over all epochs: the first is 0. */
  readonly step: number;
  /** The same within the epoch. */
  readonly stepInEpoch: number;
  /** Epochs of the whole run. */
  readonly epochs: number;
  readonly stepsPerEpoch: number;
}

export interface FitStart extends Progress {
  /** Number of trainable scalars. */
  readonly parameters: number;
  /** Undefined where a stream makes the batches. */
  readonly batchSize?: number;
}

export interface EpochStart extends Progress {}

export interface StepStart extends Progress {}

/** On an asynchronous backend it may come a few steps late, but in order. */
export interface StepEnd extends Progress {
  /** Of the data, without penalties. */
  readonly loss: number;
  /** What regularizers have added to the loss; 0 if there are none. */
  readonly penalty: number;
  /** The metrics of this step's batch. */
  readonly metrics: MetricValues;
  /** All figures, also tables. */
  readonly figures: Readonly<Record<string, Figure>>;
  readonly learningRate: number;
  /** Other numbers that follow a schedule. */
  readonly varying: MetricValues;
  /** Examples in the batch. */
  readonly examples: number;
  readonly milliseconds: number;
}

export interface ValidationStart extends Progress {}

export interface ValidationEnd extends Progress {
  readonly metrics: MetricValues;
  /** All figures, also tables. */
  readonly figures: Readonly<Record<string, Figure>>;
  readonly milliseconds: number;
}

export interface EpochEnd extends Progress, EpochResult {
  /** All figures of the epoch's training, also tables. */
  readonly figures: Readonly<Record<string, Figure>>;
  readonly milliseconds: number;
}

export interface FitEnd extends Progress {
  /** `stopped` by `trainer.stop`, `aborted` by an AbortSignal, `failed` by an error. */
  readonly reason: 'completed' | 'stopped' | 'aborted' | 'failed';
  /** What was given as the reason to stop or abort, or the error's message. */
  readonly detail?: string;
  /** Where the run has diverged, if it has. */
  readonly diverged?: Divergence;
  readonly history: readonly EpochResult[];
}

/** A traced function was compiled for new input shapes. */
export interface PlanCompiled {
  /** The traced function: `train`, `evaluate`, `predict`. */
  readonly name: string;
  /** Kernels that one run executes. */
  readonly kernels: number;
  /** Size of the arena that holds intermediate values. */
  readonly bytes: number;
  readonly milliseconds: number;
}

/** A training step was measured, by `profile`. */
export interface StepProfiled {
  readonly profile: Profile;
}

export interface CheckpointSave extends Progress {
  /** The file, or whatever else names the place. */
  readonly target: string;
}

export interface CheckpointLoad extends Progress {
  readonly source: string;
}

/** A member of an ensemble is trained. */
export interface EnsembleMember {
  /** The first is 0. */
  readonly index: number;
  /** How many there will be, where the strategy knows. */
  readonly count?: number;
  /** Its weight in the vote; they need not sum to 1. */
  readonly weight: number;
}

/** Something that does not end the run but that someone should know. */
export interface Warning {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** The run failed. The error is thrown by `fit` afterwards. */
export interface RunError {
  readonly error: unknown;
}

/**
 * The events of training, by name, with their payloads. What a handler of `fit:*`, `epoch:*`, `validation:*` or
 * `checkpoint:*` returns is awaited. A plugin adds events of its own by declaration merging, and names them in
 * `definePlugin({ …, events: ['search:trial'] })`, so that a misspelt name can be told from one of a plugin:
 *
 *     declare module '@adjoint/core' { interface TrainingEvents { 'search:trial': { readonly trial: number } } }
 */
export interface TrainingEvents {
  'fit:start': FitStart;
  'epoch:start': EpochStart;
  'step:start': StepStart;
  'step:end': StepEnd;
  'validation:start': ValidationStart;
  'validation:end': ValidationEnd;
  /** While data are evaluated, in a validation or by themselves. */
  'evaluation:batch': WorkProgress;
  'epoch:end': EpochEnd;
  'fit:end': FitEnd;
  profile: StepProfiled;
  'plan:compiled': PlanCompiled;
  'checkpoint:save': CheckpointSave;
  'checkpoint:load': CheckpointLoad;
  'ensemble:member': EnsembleMember;
  warning: Warning;
  error: RunError;
}

/** The events that there are without plugins. */
const names = [
  'fit:start',
  'epoch:start',
  'step:start',
  'step:end',
  'validation:start',
  'validation:end',
  'evaluation:batch',
  'epoch:end',
  'fit:end',
  'profile',
  'plan:compiled',
  'checkpoint:save',
  'checkpoint:load',
  'ensemble:member',
  'warning',
  'error',
] as const satisfies readonly (keyof TrainingEvents)[];

export interface TrainingEventsOptions extends Pick<TypedEventsOptions, 'onHandlerError'> {
  /** Plugins in use, which may bring events of their own. */
  readonly plugins?: () => readonly Plugin[];
}

const eventsOptions = schemaOf<TrainingEventsOptions>({
  onHandlerError: optional(oneOf('throw', 'warn')),
  plugins: optional(custom((value) => typeof value === 'function', 'a function')),
});

/** Emits a warning; where nobody listens, it goes to the console. */
export function emitWarning(events: TypedEvents<TrainingEvents>, warning: Warning): void {
  if (events.listenerCount('warning') === 0) console.warn(`${warning.code}: ${warning.message}`);
  else events.emitStep('warning', () => warning);
}

/** The event bus of a run. Failures of handlers that do not end the run are emitted as `warning` HANDLER_FAILED. */
export function createTrainingEvents(options: TrainingEventsOptions = {}): TypedEvents<TrainingEvents> {
  validateOptions(eventsOptions, options, 'createTrainingEvents');
  const { onHandlerError, plugins = () => [] } = options;
  const events: TypedEvents<TrainingEvents> = new TypedEvents({
    ...(onHandlerError && { onHandlerError }),
    names: () => [...names, ...plugins().flatMap((plugin) => plugin.events ?? [])],
    warn: ({ event, error }) => {
      // A failing handler of `warning` would be called again by its own warning, without end.
      if (event === 'warning' || events.listenerCount('warning') === 0) {
        console.warn(`A handler of '${event}' failed:`, error);
        return;
      }
      const message = `A handler of '${event}' failed: ${error instanceof Error ? error.message : String(error)}`;
      events.emitStep<'warning'>('warning', () => ({ code: 'HANDLER_FAILED', message, details: { event, error } }));
    },
  });
  return events;
}
