import {
  AdjointError,
  RandomSource,
  type App,
  type Choice,
  type Job,
  type JobOptions,
  type JobResult,
  type MetricValues,
  type RunnerOptions,
} from '@adjoint/core';
import type { Split } from '../splits/split.js';
import { summariesOf, type Summary } from '../statistics/summary.js';
import { partOf } from './part-of.js';
import { Scorer } from './scorer.js';

export interface RunOptions extends JobOptions, Pick<RunnerOptions, 'onProgress'> {
  /** What trains; one job after the other in this app if not given. */
  readonly runner?: Choice<'runner'>;
  /**
   * Share of each training part that is held back for the run to validate on, instead of the test part: for rules that look
   * at validation, such as early stopping.
   */
  readonly validationShare?: number;
}

/** A run on one split. */
export interface Fold extends Split {
  /** What the run has left behind; its history has the curves of both parts, epoch by epoch. */
  readonly result: JobResult;
  /** Loss and metrics of the weights in the end. */
  readonly figures: { readonly train: MetricValues; readonly test: MetricValues };
}

export interface CrossValidation {
  readonly folds: readonly Fold[];
  /** Mean and standard deviation over the folds, by the name of the figure. */
  readonly train: Readonly<Record<string, Summary>>;
  readonly test: Readonly<Record<string, Summary>>;
}

/**
 * Trains a job on each split's training part, and measures it on both parts. Splits number the examples of the job's
 * training data. The test part is what the run validates on, unless `validationShare` says otherwise.
 * @throws AdjointError `OPTIONS_INVALID` without a split or for numbers that the data have not; the reason of the signal
 */
export async function crossValidate(
  app: App,
  job: Job,
  splits: readonly Split[],
  options?: RunOptions,
): Promise<CrossValidation> {
  return crossValidationOf(
    await runFolds(
      app,
      job,
      splits.map((split) => ({ split })),
      options,
    ),
  );
}

export function crossValidationOf(folds: readonly Fold[]): CrossValidation {
  return {
    folds,
    train: summariesOf(folds.map(({ figures }) => figures.train)),
    test: summariesOf(folds.map(({ figures }) => figures.test)),
  };
}

/**
 * Runs on splits, in their order. The seed of run i is the job's + i, unless the run says another, so that the spread is
 * also that of initial values.
 */
export async function runFolds(
  app: App,
  job: Job,
  runs: readonly { readonly split: Split; readonly seed?: number }[],
  { runner = 'local', validationShare, ...options }: RunOptions = {},
): Promise<Fold[]> {
  if (runs.length === 0)
    throw new AdjointError('OPTIONS_INVALID', 'crossValidate: there is no split; give at least one.');
  const jobs = runs.map(({ split, seed }, i): Job => {
    const { train, validation } = partsOf(split, validationShare, seed ?? job.seed + i);
    return {
      ...job,
      seed: seed ?? job.seed + i,
      train: partOf(job.train, train),
      validation: partOf(job.train, validation),
    };
  });
  const scorer = new Scorer(app, job);
  const folds: Fold[] = [];
  try {
    for await (const result of app.run(jobs, { ...options, runner })) {
      // Its weights are half trained.
      options.signal?.throwIfAborted();
      const { split } = runs[folds.length]!;
      const figures = {
        train: await scorer.score(result, jobs[folds.length]!.train),
        test: await scorer.score(result, partOf(job.train, split.test)),
      };
      folds.push({ ...split, result, figures });
    }
  } finally {
    await scorer.close();
  }
  return folds;
}

/** What a run trains and validates on. */
function partsOf(
  { train, test }: Split,
  share: number | undefined,
  seed: number,
): { readonly train: Int32Array; readonly validation: Int32Array } {
  if (share === undefined) return { train, validation: test };
  const held = Math.round(share * train.length);
  if (!(held >= 1 && held < train.length))
    throw new AdjointError(
      'OPTIONS_INVALID',
      `crossValidate: validationShare is ${share}, which of ${train.length} examples leaves ${held} to validate on; leave at least one, and one to train on.`,
    );
  const order = new RandomSource(seed).child('validation').permutation(train.length);
  const numbers = (places: Int32Array): Int32Array => places.map((place) => train[place]!).sort();
  return { train: numbers(order.slice(held)), validation: numbers(order.slice(0, held)) };
}
