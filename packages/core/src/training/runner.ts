import { CORE_VERSION } from '../registry/core-copy.js';
import { definer } from '../registry/definition.js';
import { membersOf } from '../registry/instance-check.js';
import { object } from '../registry/options/index.js';
import { definePlugin, type NamesOf } from '../registry/plugin.js';
import { serviceToken } from '../registry/services.js';
import type { Job, JobOptions, JobResult } from './job.js';
import { runJobs, tellProgress } from './run-jobs.js';
import type { TrainingEvents } from './training-events.js';

/** What a job tells while it runs, wherever that is. */
export type JobProgress = {
  readonly [Event in 'fit:start' | 'epoch:end' | 'fit:end']: {
    /** Number of the job in this run; the first is 0. */
    readonly job: number;
    readonly event: Event;
    readonly payload: TrainingEvents[Event];
  };
}['fit:start' | 'epoch:end' | 'fit:end'];

export interface RunnerOptions extends JobOptions {
  /** Is told what the jobs do, of all that run at the same time. What it throws ends the job. */
  readonly onProgress?: (progress: JobProgress) => void;
  /**
   * What becomes of a job that fails: its error ends the run (`throw`, the default), or is its result, with the reason
   * `failed`, and the others go on (`yield`).
   */
  readonly onFailure?: 'throw' | 'yield';
}

/** Runs jobs: here one after the other, in workers, on other machines. */
export interface Runner {
  /**
   * Results in the order of the jobs. Jobs may come while others run: those of a search depend on results before them. Once
   * the signal has come, no further job is begun; those that have been give what they have come to. See `runJobs`.
   */
  run(jobs: Iterable<Job> | AsyncIterable<Job>, options?: RunnerOptions): AsyncIterable<JobResult>;
}

/** Names of the kind `runner` with their options; the package that defines a name adds it by declaration merging. */
export interface Runners extends NamesOf<typeof localRunner.runner> {}

declare module '../registry/kinds.js' {
  interface Kinds {
    runner: { catalogue: Runners; instance: Runner };
  }
}

export const defineRunner = definer('runner', membersOf<Runner>({ run: 'method' }));

/** Runs one job in this app. */
export const RUN_JOB = serviceToken<(job: Job, options?: JobOptions) => Promise<JobResult>>('runJob');

const local = defineRunner({
  options: object({}),
  description: 'Runs jobs in this app, one after the other.',
  create: (_, { resolve }) => {
    const runJob = resolve(RUN_JOB);
    return {
      run: (jobs, options = {}) =>
        runJobs(jobs, 1, options, (job, { number, signal, onProgress }) =>
          runJob(job, {
            signal,
            onTrainer(trainer) {
              options.onTrainer?.(trainer);
              if (onProgress) tellProgress(number, onProgress)(trainer);
            },
          }),
        ),
    };
  },
});

/** The runner 'local'. */
export const localRunner = definePlugin({
  name: '@adjoint/core/runner',
  version: CORE_VERSION,
  runner: { local },
});
