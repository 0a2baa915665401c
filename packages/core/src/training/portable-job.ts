import type { Batch, Dataset } from '../data/dataset.js';
import { AdjointError } from '../errors.js';
import { isPlain } from '../model/composition.js';
import type { Choice } from '../registry/kinds.js';
import { validateOptions } from '../registry/options/index.js';
import { DatasetChoices } from './dataset-choices.js';
import { datasetOf } from '../data/view.js';
import type { Registry } from '../registry/registry.js';
import { isDataset, openData, type DataReference, type Job } from './job.js';
import { job as jobOption } from './option-schemas.js';

/** How some data can be had outside of this app: by name, as arrays, or both. */
export interface PortableData {
  readonly choice?: Choice<'dataset'>;
  readonly dataset?: Dataset & { whole(): Batch };
}

/** Some data as a worker gets them. */
export interface SentData {
  readonly choice?: Choice<'dataset'>;
  readonly whole?: Batch;
}

/**
 * A job that can be sent to a worker: `send` says what takes the place of its data.
 * @throws AdjointError `OPTIONS_INVALID` that names what cannot be sent
 */
export async function portableJob<Sent>(
  job: Job,
  send: (data: PortableData) => Sent | Promise<Sent>,
): Promise<Job<Sent>> {
  validateOptions(jobOption, job, 'job');
  const { composition, trainer, fit } = job;
  const parts: [string, unknown][] = [
    ...composition.layers.map(({ name, layer }): [string, unknown] => [`layer '${name}'`, layer]),
    ...Object.entries(trainer).map(([name, value]): [string, unknown] => [
      `the option '${name}' of its trainer`,
      value,
    ]),
    ...Object.entries(fit).map(([name, value]): [string, unknown] => [`the option '${name}' of its fit`, value]),
  ];
  const odd = parts.find(([, value]) => value !== undefined && !isPlain(value));
  if (odd)
    throw unsendable(
      `${odd[0]} holds a function or an object that is no plain data; register a plugin with plain options`,
    );
  return withData(job, (data) => send(portableData(data)));
}

/** The job with other references to its data. */
export async function withData<From, To>(job: Job<From>, change: (data: From) => To | Promise<To>): Promise<Job<To>> {
  const changed = async ({ data, ...options }: DataReference<From>): Promise<DataReference<To>> => ({
    ...options,
    data: await change(data),
  });
  const { train, validation, ...others } = job;
  return {
    ...others,
    train: await changed(train),
    ...(validation && { validation: await changed(validation) }),
  };
}

/** The dataset of what was sent: of the arrays, if they came along, otherwise by its name. */
export async function openSent(registry: Registry, { choice, whole }: SentData): Promise<Dataset> {
  const dataset = whole && datasetOf(whole);
  if (choice === undefined && !dataset) throw unsendable('its data were lost on the way');
  if (!dataset) return openData(registry, { data: choice! });
  return choice === undefined ? dataset : DatasetChoices.note(dataset, choice);
}

function portableData(data: DataReference['data']): PortableData {
  if (!isDataset(data)) return { choice: data };
  const choice = DatasetChoices.of(data);
  const { whole } = data;
  if (choice === undefined && !whole)
    throw unsendable(
      'its dataset has no registered name, and its examples are not in memory or depend on the epoch; choose it by name, or give one made by dataset() of @adjoint/data',
    );
  return {
    ...(choice !== undefined && { choice }),
    ...(whole && { dataset: data as Dataset & { whole(): Batch } }),
  };
}

function unsendable(problem: string): AdjointError {
  return new AdjointError(
    'OPTIONS_INVALID',
    `job: it cannot be sent to a worker: ${problem}, or use the runner 'local'.`,
  );
}
