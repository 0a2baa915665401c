import { CORE_VERSION } from '../registry/core-copy.js';
import { definer } from '../registry/definition.js';
import { membersOf } from '../registry/instance-check.js';
import { object } from '../registry/options/index.js';
import { definePlugin, type NamesOf } from '../registry/plugin.js';
import { serviceToken } from '../registry/services.js';
import type { Job, JobOptions, JobResult } from './job.js';
import { failedResult } from './job-failure.js';
import type { Trainer } from './trainer.js';
import type { TrainingEvents } from './training-events.js';

/** What a job tells while it runs, wherever that is. */
export type JobProgress = {
  readonly [Event in 'fit:start' | 'epoch:end' | 'fit:end']: {
    /** Number of the job in this run; the first is 0. */
    readonly job: number;
    /** How many jobs there are, where that is known. */
    readonly count?: number;
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
      async *run(jobs, { onProgress, onFailure, onTrainer, signal } = {}) {
        let number = 0;
        for await (const job of jobs) {
          // Even a run that is aborted at once tells of the first job where it stands.
          if (number > 0 && signal?.aborted) return;
          const watch = (trainer: Trainer): void => {
            onTrainer?.(trainer);
            if (onProgress) tellProgress(number, counting(jobs, onProgress))(trainer);
          };
          const result = await runJob(job, { onTrainer: watch, ...(signal && { signal }) }).catch((error: unknown) => {
            if (onFailure === 'yield') return failedResult(job, error);
            throw error;
          });
          yield result;
          number++;
          if (result.reason === 'aborted') return;
        }
      },
    };
  },
});

/** The runner 'local'. */
export const localRunner = definePlugin({
  name: '@adjoint/core/runner',
  version: CORE_VERSION,
  runner: { local },
});

/** Progress that says how many jobs there are, where they are a list. */
export function counting(jobs: unknown, onProgress: (progress: JobProgress) => void): typeof onProgress {
  return Array.isArray(jobs) ? (progress) => onProgress({ count: jobs.length, ...progress }) : onProgress;
}

/** Tells `onProgress` what a trainer does for job `number`: for `onTrainer`. */
export function tellProgress(number: number, onProgress: (progress: JobProgress) => void): (trainer: Trainer) => void {
  return (trainer) => {
    for (const event of ['fit:start', 'epoch:end', 'fit:end'] as const)
      trainer.on(event, (payload) => onProgress({ job: number, event, payload } as JobProgress));
  };
}
