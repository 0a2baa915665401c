import { batchSize, datasetOption, onProgress, viewFields } from '../data/option-schemas.js';
import { compositionSchema } from '../model/composition-schema.js';
import { filterOption } from '../model/option-schemas.js';
import { varying } from '../model/varying.js';
import {
  anyOf,
  array,
  boolean,
  choice,
  count,
  custom,
  natural,
  number,
  object,
  oneOf,
  optional,
  schemaOf,
  string,
  tuple,
  type Schema,
} from '../registry/options/index.js';
import type { CheckpointPlan } from './checkpoints.js';
import type { EnsembleFitOptions, EnsembleOptions } from './ensemble-options.js';
import type { EvaluateOptions } from './evaluation.js';
import type { ExportOptions } from './export-model.js';
import type { DataReference, Job, JobOptions } from './job.js';
import type { OptimizerGroup } from './optimizer-groups.js';
import type {
  FitOptions,
  FitPlan,
  LossTerm,
  OutputMetric,
  Read,
  StreamOptions,
  TrainerOptions,
} from './trainer-options.js';

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;

const signal = optional(
  custom<AbortSignal>(
    (value) => typeof (value as Partial<AbortSignal> | null)?.addEventListener === 'function',
    'an AbortSignal',
  ),
);

const lossTerm = schemaOf<LossTerm>({
  loss: choice('loss'),
  outputs: optional(array(string)),
  targets: optional(array(natural)),
  weight: optional(varying(number)),
});

const optimizerGroup = schemaOf<OptimizerGroup>({
  on: optional(filterOption),
  use: anyOf(choice('optimizer'), oneOf('frozen')),
});

const outputMetric = schemaOf<OutputMetric>({
  metric: choice('metric'),
  output: optional(string),
  target: optional(natural),
});

/** Of an option that is one thing or a list of others, the schema of what was given, whose errors then name the place. */
function listOr(given: unknown, element: Schema, single: Schema): Schema {
  return Array.isArray(given) ? array(element) : single;
}

/** The options of a trainer, as they were given. */
export function trainerOptions(given: TrainerOptions): Schema<TrainerOptions> {
  const { loss, optimizer, metrics } = (given ?? {}) as Partial<TrainerOptions>;
  const ofMetric = (entry: unknown): Schema =>
    isObject(entry) && 'metric' in (entry as object) ? outputMetric : choice('metric');
  return schemaOf<TrainerOptions>({
    loss: listOr(loss, lossTerm, choice('loss')),
    optimizer: listOr(optimizer, optimizerGroup, choice('optimizer')),
    schedule: optional(choice('schedule')),
    metrics: optional(Array.isArray(metrics) ? tuple(...metrics.map(ofMetric)) : array(choice('metric'))),
    regularizers: optional(array(choice('regularizer'))),
    gradientTransforms: optional(array(choice('gradientTransform'))),
    loggers: optional(array(choice('logger'))),
    seed: optional(natural),
    onHandlerError: optional(oneOf('throw', 'warn')),
  });
}

const reading = {
  epochs: count,
  accumulate: optional(count),
  stepsPerEpoch: optional(count),
  validateEvery: optional(count),
  prefetch: optional(natural),
  // What keeps checkpoints says what else is wrong with it.
  checkpoint: optional(
    custom<CheckpointPlan>(isObject, 'where and when to save: { path, every?, keep?, best?, resume? }'),
  ),
};
const readingOfDataset = {
  ...reading,
  batchSize,
  shuffle: optional(boolean),
  dropLast: optional(boolean),
  sampler: optional(choice('sampler')),
};
const watching = { validation: optional(datasetOption), signal };

const plan = schemaOf<FitPlan>(readingOfDataset);
export const fitOptions = schemaOf<Read<FitOptions>>({ ...readingOfDataset, ...watching });
export const ensembleFitOptions = schemaOf<Read<EnsembleFitOptions>>({ ...readingOfDataset, ...watching, onProgress });
export const streamOptions = schemaOf<Read<StreamOptions>>({ ...reading, ...watching });

export const evaluateOptions = schemaOf<EvaluateOptions>({ batchSize: optional(batchSize), onProgress });
export const exportOptions = schemaOf<ExportOptions>({
  recalibrate: optional(datasetOption),
  batchSize: optional(count),
});
export const sourceName = object({ source: optional(string) });

const isRecord = custom<object>(isObject, 'an object of options');

export const ensembleOptions = schemaOf<EnsembleOptions>({
  strategy: choice('ensemble'),
  trainer: isRecord as Schema<TrainerOptions>,
  seed: optional(natural),
  runner: optional(choice('runner')),
});

export const jobFields = {
  onTrainer: optional(custom((value) => typeof value === 'function', 'a function of the trainer')),
  signal,
};
export const jobOptions = schemaOf<JobOptions>(jobFields);
export const runnerFields = {
  ...jobFields,
  onProgress,
  onFailure: optional(oneOf('throw', 'yield')),
};

export const dataReference = schemaOf<DataReference>({ data: anyOf(datasetOption, choice('dataset')), ...viewFields });

export const job = schemaOf<Job>({
  composition: compositionSchema,
  seed: natural,
  modelSeed: optional(natural),
  trainer: isRecord as Schema<Job['trainer']>,
  fit: plan,
  train: dataReference,
  validation: optional(dataReference),
  weights: optional(custom<Job['weights']>((value) => value instanceof Map, 'a map of weights by name')),
  pauseAt: optional(count),
  state: optional(custom<Job['state']>(isObject, 'the state of an unfinished run')),
});
