import { CORE_VERSION } from '../registry/core-copy.js';
import { definer } from '../registry/definition.js';
import { membersOf } from '../registry/instance-check.js';
import { object } from '../registry/options/index.js';
import { definePlugin, type NamesOf } from '../registry/plugin.js';
import { serviceToken } from '../registry/services.js';
import type { Job, JobOptions, JobResult } from './job.js';

/** Runs jobs: here one after the other, in workers, on other machines. */
export interface Runner {
  /** Results in the order of the jobs, up to one that was aborted. Jobs may come while others run: those of a search depend on results before them. */
  run(jobs: Iterable<Job> | AsyncIterable<Job>, options?: JobOptions): AsyncIterable<JobResult>;
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
      async *run(jobs, options) {
        for await (const job of jobs) {
          const result = await runJob(job, options);
          yield result;
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
