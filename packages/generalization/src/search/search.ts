import { AdjointError, type App, type Job, type JobProgress, type JobResult, type MetricValues } from '@adjoint/core';
import { crossValidate, type RunOptions } from '../cross-validation/cross-validate.js';
import { figureOf } from '../cross-validation/objective.js';
import { renumbered } from '../cross-validation/renumbered.js';
import { Scorer } from '../cross-validation/scorer.js';
import type { Split } from '../splits/split.js';
import { PausedRuns } from './paused-runs.js';
import type { Configuration, Space } from './space.js';
import type { Asked, Study } from './study.js';
import type { Trial } from './trial.js';

export interface SearchOptions extends RunOptions {
  /** What the study is told; `loss` if not given. */
  readonly figure?: string;
  /** Cross-validates each trial on these; on the job's validation data if not given. */
  readonly splits?: readonly Split[];
  /**
   * Whether budgets are epochs of one run: a job is asked for with the budget of its bracket's last rung, pauses after its
   * own, and goes on from there on the next rung. Schedules then span the last rung. Otherwise each rung begins anew, with
   * what the job makes of its budget. With splits, folds begin anew as well, and come to the same figures.
   */
  readonly goesOn?: boolean;
  /** Trials that are given to the runner together; 1 if not given. With splits it is given the folds of one trial. */
  readonly together?: number;
  /** Called after each trial, to save the study's state, or to show how it goes. */
  readonly onTrial?: (trial: Trial) => void | Promise<void>;
  /**
   * Is told what the jobs do while they run; `job` is the number of the trial, or with splits that of the fold, counted over
   * all trials.
   */
  readonly onProgress?: (progress: JobProgress) => void;
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
  { figure = 'loss', splits, together = 1, goesOn = false, onTrial, ...options }: SearchOptions = {},
): Promise<void> {
  const paused = new PausedRuns();
  const pausing = (trial: Asked<S>): Job => {
    const last = study.ladderOf(trial)?.last;
    const job = jobOf(trial.configuration, last ?? trial.budget);
    if (last === undefined || trial.budget === undefined || trial.budget >= last) return job;
    return { ...job, pauseAt: trial.budget };
  };
  for (;;) {
    const waiting: (readonly [trial: Trial, job: Job])[] = [];
    while (waiting.length < (splits ? 1 : together)) {
      const trial = study.ask();
      if (!trial) break;
      const state = goesOn && !splits ? paused.stateFor(study, trial) : undefined;
      const job = goesOn ? pausing(trial) : jobOf(trial.configuration, trial.budget);
      waiting.push([trial, { ...job, ...(state && { state }) }]);
    }
    if (waiting.length === 0) return;
    while (waiting.length > 0) {
      const numbers = waiting.map(([{ number }]) => number);
      const { trials } = study.options;
      const folds = splits?.length ?? 1;
      const own = renumbered(
        options,
        (job) => numbers[Math.floor(job / folds)]! * folds + (job % folds),
        typeof trials === 'number' ? trials * folds : undefined,
      );
      const outcomes = splits ? folded(app, waiting[0]![1], splits, own) : held(app, waiting, own, paused);
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
  waiting: readonly (readonly [trial: Trial, job: Job])[],
  { runner = 'local', ...options }: RunOptions,
  paused: PausedRuns,
): AsyncGenerator<MetricValues | Error> {
  // The list grows shorter with each outcome.
  const [trials, jobs] = [waiting.map(([trial]) => trial), waiting.map(([, job]) => job)];
  if (jobs.some(({ validation }) => !validation))
    throw new AdjointError(
      'OPTIONS_INVALID',
      'search: a job has no validation data to choose by; give it some, or give splits.',
    );
  const results = app.run(jobs, { ...options, runner })[Symbol.asyncIterator]();
  for (const [i, job] of jobs.entries()) {
    try {
      const { value: result } = (await results.next()) as { readonly value: JobResult };
      const scorer = new Scorer(app, job);
      const figures = await scorer.score(result, job.validation!).finally(() => scorer.close());
      if (result.state) paused.keep(trials[i]!, result.state);
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
