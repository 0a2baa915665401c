import type { Dataset } from '../data/dataset.js';
import type { BatchSource } from '../data/source.js';
import { isReadable, readableData, readableDataset, type Consumer } from '../data/training-data.js';
import type { Model } from '../model/model.js';
import type { Scoring } from './scoring.js';
import type { FitOptions, Read, StreamOptions } from './trainer-options.js';

/** What a run is given, as it is read. */
export interface ReadRun {
  readonly data: Dataset | BatchSource;
  readonly options: Read<FitOptions>;
}

/** What raw data are read for. */
export function consumerOf(model: Model, { expectedTargets }: Scoring, who: string, learn: boolean): Consumer {
  return { model, targets: expectedTargets.map((expected) => expected?.output), learn, who };
}

/** Data and options of `fit`, if nothing has to be read first: `stop` is heard from the beginning then. */
export function readyRun(data: unknown, options: FitOptions | StreamOptions): ReadRun | undefined {
  const validation: unknown = options?.validation;
  if (!isReadable(data) || (validation !== undefined && !isReadable(validation))) return undefined;
  return { data, options: options as Read<FitOptions> };
}

/** Arrays, and what is iterated over, as data; with the options for those. */
export async function readRun(
  data: unknown,
  options: FitOptions | StreamOptions,
  consumer: Consumer,
): Promise<ReadRun> {
  const { batchSize, validation, ...others } = (options ?? {}) as FitOptions;
  const readable = await readableData(data, consumer, batchSize);
  const held = validation && (await readableDataset(validation, { ...consumer, who: `${consumer.who}: validation` }));
  // A stream has made its batches of it.
  const isStream = !isReadable(data) && 'batches' in Object(readable);
  const plan = {
    ...others,
    ...(!isStream && batchSize !== undefined && { batchSize }),
    ...(held && { validation: held }),
  };
  return { data: readable, options: plan as Read<FitOptions> };
}
