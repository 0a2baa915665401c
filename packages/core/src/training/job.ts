import type { Signal } from './signal.js';
import type { Dataset } from '../data/dataset.js';
import { view, type ViewOptions } from '../data/view.js';
import type { Engine } from '../engine/engine.js';
import { checkDataset } from '../data/check-batch.js';
import { AdjointError } from '../errors.js';
import type { Composition } from '../model/composition.js';
import { Model } from '../model/model.js';
import { readChoice } from '../registry/choice.js';
import type { Choice } from '../registry/kinds.js';
import type { Registry } from '../registry/registry.js';
import { validateOptions } from '../registry/options/index.js';
import type { HostTensor } from '../tensor/host-tensor.js';
import { DatasetChoices } from './dataset-choices.js';
import { dataReference, job as jobOption, jobOptions } from './option-schemas.js';
import type { FitPlan, FitResult, TrainerOptions } from './trainer-options.js';
import type { TrainerMetadata, TrainerState } from './trainer-state.js';
import { Trainer } from './trainer.js';

/** Some data: a dataset by its registered name, which a file or a worker can hold, or one that is at hand; perhaps a view of it. */
export interface DataReference<Data = Choice<'dataset'> | Dataset> extends ViewOptions {
  readonly data: Data;
}

/**
 * A whole run as data: what a search varies, a worker is sent, and the header of a checkpoint says. `Data` is how it
 * refers to data.
 */
export interface Job<Data = Choice<'dataset'> | Dataset> {
  readonly composition: Composition;
  /** Of training, and of the initial parameters unless `modelSeed` says otherwise. */
  readonly seed: number;
  readonly modelSeed?: number;
  readonly trainer: Omit<TrainerOptions, 'seed'>;
  readonly fit: FitPlan;
  readonly train: DataReference<Data>;
  readonly validation?: DataReference<Data>;
  /** Parameters and states to begin with, instead of initial ones. */
  readonly weights?: ReadonlyMap<string, HostTensor>;
  /**
   * Epochs of the whole run after which it pauses: the result has the reason `stopped` and a `state`, from which the same job
   * goes on up to a later pause, or to its end, with the same bits.
   */
  readonly pauseAt?: number;
  /** An unfinished run of this job, to go on with. */
  readonly state?: TrainerState;
}

/** What a job leaves behind. */
export interface JobResult extends FitResult {
  readonly composition: Composition;
  /** Parameters and states as evaluation uses them. */
  readonly weights: ReadonlyMap<string, HostTensor>;
  /** Where a run that was interrupted or has paused stands: the same job with it goes on with the same bits. */
  readonly state?: TrainerState;
  /** What a job with the reason `failed` has thrown; it has no history and no weights. */
  readonly error?: unknown;
}

export interface JobOptions {
  /** Is given the trainer before it begins, to subscribe to its events. */
  readonly onTrainer?: (trainer: Trainer) => void;
  readonly signal?: Signal;
}

/** The dataset of a reference. */
export async function openData(registry: Registry, reference: DataReference): Promise<Dataset> {
  validateOptions(dataReference, reference, 'data');
  const { data, ...options } = reference;
  const whole = isDataset(data) ? data : DatasetChoices.note(await opened(registry, data), data);
  return Object.values(options).some((option) => option !== undefined) ? view(whole, options) : whole;
}

/** Runs a job here. */
export async function runJob(
  engine: Engine,
  registry: Registry,
  job: Job,
  options: JobOptions = {},
): Promise<JobResult> {
  validateOptions(jobOption, job, 'job');
  validateOptions(jobOptions, options, 'job');
  const { onTrainer, signal } = options;
  const { composition, seed, modelSeed = seed } = job;
  const model = new Model(engine, registry, composition, modelSeed);
  if (job.weights) model.load(job.weights);
  const trainer = new Trainer(engine, registry, model, { ...job.trainer, seed });
  if (job.pauseAt !== undefined) pause(trainer, job.pauseAt);
  onTrainer?.(trainer);
  try {
    if (job.state) await trainer.restore(job.state);
    const train = await openData(registry, job.train);
    const validation = job.validation && (await openData(registry, job.validation));
    const result = await trainer.fit(train, {
      ...job.fit,
      ...(validation && { validation }),
      ...(signal && { signal }),
    });
    const isUnfinished = trainer.standing.run !== undefined;
    return {
      ...result,
      composition,
      weights: await trainer.weights(),
      ...(isUnfinished && { state: await trainer.state() }),
    };
  } finally {
    await trainer.close();
  }
}

/** Stops after so many epochs; at once where they are done already. */
function pause(trainer: Trainer, epochs: number): void {
  const look = (): void => {
    if (trainer.epoch >= epochs) trainer.stop(`it pauses after epoch ${epochs}`);
  };
  trainer.on('fit:start', look);
  trainer.on('epoch:end', look);
}

/**
 * The job that a checkpoint is of, as far as its header says: data that were not chosen by name are left out, and have to
 * be added.
 * @throws AdjointError `FILE_INVALID` if the checkpoint was saved before any run had begun
 */
export function jobOf(metadata: TrainerMetadata): Omit<Job, 'train'> & Partial<Job> {
  const { composition, seed, modelSeed, trainer, run } = metadata ?? {};
  if (!run?.plan)
    throw new AdjointError(
      'FILE_INVALID',
      'checkpoint: it was saved between runs, so that there is no job to go on with.',
    );
  const { examples: _, data, validation, epochs = 1, batchSize = 'full', ...plan } = run.plan;
  return {
    composition,
    seed,
    modelSeed,
    trainer,
    fit: { ...plan, epochs, batchSize },
    ...(data !== undefined && { train: { data } }),
    ...(validation !== undefined && { validation: { data: validation } }),
  };
}

/** What a plugin gives as a dataset, looked at before anything relies on it. */
async function opened(registry: Registry, choice: Choice<'dataset'>): Promise<Dataset> {
  const dataset: Dataset = await registry.create('dataset', choice);
  checkDataset(dataset, `dataset '${readChoice('dataset', choice).name}'`);
  return dataset;
}

export function isDataset(data: DataReference['data']): data is Dataset {
  return typeof data === 'object' && data !== null && 'batch' in data && typeof data.batch === 'function';
}
