import type { Dataset } from '../data/dataset.js';
import { isDataset, type BatchSource } from '../data/source.js';
import { AdjointError } from '../errors.js';
import { DatasetChoices } from './dataset-choices.js';
import type { FitOptions, Read, ReadingPlan, StreamOptions } from './trainer-options.js';
import type { Trainer } from './trainer.js';
import { emitWarning } from './training-events.js';

/** How options of `fit` go through data. */
export function readingPlan(data: Dataset | BatchSource, options: Read<FitOptions | StreamOptions>): ReadingPlan {
  const {
    signal: _,
    checkpoint: _checkpoint,
    validation,
    batchSize,
    shuffle,
    dropLast,
    sampler,
    ...plan
  } = options as Read<FitOptions>;
  const ofDataset = isDataset(data) && { batchSize, shuffle, dropLast, sampler, examples: data.size };
  const chosen = { data: DatasetChoices.of(data), validation: validation && DatasetChoices.of(validation) };
  const known = Object.entries({ ...plan, ...ofDataset, ...chosen }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known);
}

/** What decides which batch comes next. */
const decisive = ['batchSize', 'accumulate', 'shuffle', 'dropLast', 'sampler', 'stepsPerEpoch', 'examples'] as const;

/** What decides how schedules go on, when the run is validated, and on what. */
const noticed = ['epochs', 'validateEvery', 'data', 'validation'] as const;

/** Refuses to finish a run in another way than it was begun, and says what else is new. */
export function checkPlan({ events }: Trainer, begun: ReadingPlan, given: ReadingPlan): void {
  const text = (plan: ReadingPlan, name: keyof ReadingPlan): string => JSON.stringify(plan[name]) ?? 'not given';
  const among = (names: readonly (keyof ReadingPlan)[]): string[] =>
    names
      .filter((name) => text(begun, name) !== text(given, name))
      .map((name) => `${name} was ${text(begun, name)} and is ${text(given, name)}`);
  const differences = among(decisive);
  const others = among(noticed);
  if (differences.length > 0)
    throw new AdjointError(
      'OPTIONS_INVALID',
      `fit: the run that is to be finished was begun otherwise: ${differences.join('; ')}. Finish it with the same data and options, or begin anew with another trainer.`,
    );
  if (others.length > 0)
    emitWarning(events, {
      code: 'OPTIONS_INVALID',
      message: `fit: the run that is finished was begun otherwise: ${others.join('; ')}. Schedules and figures follow what is given now.`,
      details: { differences: others },
    });
}
