import { AdjointError, type App, type Job, type JobResult, type MetricValues } from '@adjoint/core';
import { crossValidate, type RunOptions } from '../cross-validation/cross-validate.js';
import { figureOf } from '../cross-validation/objective.js';
import { renumbered } from '../cross-validation/renumbered.js';
import { Scorer } from '../cross-validation/scorer.js';
import type { Split } from '../splits/split.js';
import type { Configuration, Space } from './space.js';
import type { Study } from './study.js';
import type { Trial } from './trial.js';

export interface SearchOptions extends RunOptions {
  /** What the study is told; `loss` if not given. */
  readonly figure?: string;
  /** Cross-validates each trial on these; on the job's validation data if not given. */
  readonly splits?: readonly Split[];
  /** Trials that are given to the runner together; 1 if not given. With splits it is given the folds of one trial. */
  readonly together?: number;
  /** Called after each trial, to save the study's state, or to show how it goes. */
  readonly onTrial?: (trial: Trial) => void | Promise<void>;
}

/**
 * Runs a study to its end: each trial is a job of its configuration and budget. A job that throws is a failed trial. When the
 * signal ends it, trials without a figure stay `running`, and a study of that state tries them again.
 * @throws AdjointError `OPTIONS_INVALID` for a job without validation data, where there are no splits, and for a figure that
 * the jobs have not
 */
export async function search<S extends Space>(
  app: App,
  study: Study<S>,
  jobOf: (configuration: Configuration<S>, budget: number | undefined) => Job,
  { figure = 'loss', splits, together = 1, onTrial, ...options }: SearchOptions = {},
): Promise<void> {
  for (;;) {
    const waiting: (readonly [trial: Trial, job: Job])[] = [];
    while (waiting.length < (splits ? 1 : together)) {
      const trial = study.ask();
      if (!trial) break;
      waiting.push([trial, jobOf(trial.configuration, trial.budget)]);
    }
    if (waiting.length === 0) return;
    while (waiting.length > 0) {
      const jobs = waiting.map(([, job]) => job);
      const numbers = waiting.map(([{ number }]) => number);
      const { trials } = study.options;
      const folds = splits?.length ?? 1;
      const own = renumbered(
        options,
        (job) => numbers[Math.floor(job / folds)]! * folds + (job % folds),
        typeof trials === 'number' ? trials * folds : undefined,
      );
      const outcomes = splits ? folded(app, jobs[0]!, splits, own) : held(app, jobs, own);
      for await (const outcome of outcomes) {
        if (options.signal?.aborted) return;
        const [{ number }] = waiting.shift()!;
        if (outcome instanceof Error) study.fail(number, outcome.message);
        else study.tell(number, figureOf(outcome, figure));
        await onTrial?.(study.trials[number]!);
      }
    }
  }
}

/** Means over the folds, or why there are none. */
async function* folded(
  app: App,
  job: Job,
  splits: readonly Split[],
  options: RunOptions,
): AsyncGenerator<MetricValues | Error> {
  try {
    const { test } = await crossValidate(app, job, splits, options);
    yield Object.fromEntries(Object.entries(test).map(([name, { mean }]) => [name, mean]));
  } catch (error) {
    yield errorOf(error);
  }
}

/** Figures of each job on its validation data. It ends with the first job that fails. */
async function* held(
  app: App,
  jobs: readonly Job[],
  { runner = 'local', ...options }: RunOptions,
): AsyncGenerator<MetricValues | Error> {
  if (jobs.some(({ validation }) => !validation))
    throw new AdjointError(
      'OPTIONS_INVALID',
      'search: a job has no validation data to choose by; give it some, or give splits.',
    );
  const results = app.run(jobs, { ...options, runner })[Symbol.asyncIterator]();
  for (const job of jobs) {
    try {
      const { value: result } = (await results.next()) as { readonly value: JobResult };
      const scorer = new Scorer(app, job);
      const figures = await scorer.score(result, job.validation!).finally(() => scorer.close());
      yield figures;
    } catch (error) {
      yield errorOf(error);
      return;
    }
  }
}

function errorOf(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
