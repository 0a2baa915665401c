import { AdjointError, definePlugin, defineRunner, runJobs, type NamesOf, type Plugin } from '@adjoint/core';
import { count, documented, object, optional, string } from '@adjoint/core/options';
import { JobQueues, QUEUES } from './job-queues.js';

const runner = {
  bullmq: defineRunner({
    options: object({
      redis: documented(string, 'Where Redis is: redis://host:port, or rediss:// with TLS.'),
      queue: documented(optional(string, 'jobs'), 'Name of the queue; workers take from one.'),
      ahead: documented(optional(count, 32), 'Jobs of a run in the queue at a time, those that run included.'),
      run: documented(
        optional(string),
        'Name of a run that may be broken off: started again within a day with the same name, it finds which of the same jobs are finished.',
      ),
      tries: documented(optional(count, 3), 'How often a job is tried whose failure may be an accident.'),
    }),
    description: 'Runs jobs on other machines: through a queue in Redis, from which `adjoint-worker` takes.',
    create: ({ redis, queue, ahead, run: name, tries }, { resolve }) => {
      const jobQueue = resolve(QUEUES).of(redis, queue);
      return {
        run(jobs, given = {}) {
          if (given.onTrainer)
            throw new AdjointError(
              'OPTIONS_INVALID',
              "runner 'bullmq': onTrainer cannot be had, since the trainers are elsewhere; use onProgress, or loggers.",
            );
          return runJobs(jobs, ahead, given, (job, among) => jobQueue.run(job, { ...among, name, tries }));
        },
      };
    },
  }),
};

/** The runner 'bullmq'. */
export const bullmq: Plugin = definePlugin({
  name: '@adjoint/runner-bullmq',
  version: '0.1.0',
  runner,
  setup: (host) => host.provide(QUEUES, { factory: () => new JobQueues() }),
});

declare module '@adjoint/core' {
  interface Runners extends NamesOf<typeof runner> {}
}
