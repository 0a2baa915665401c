import {
  AdjointError,
  BACKENDS,
  defineRunner,
  definePlugin,
  ENGINE,
  runJobs,
  type Choice,
  type NamesOf,
  type Plugin,
} from '@adjoint/core';
import { array, choice, count, documented, natural, object, optional, string } from '@adjoint/core/options';
import { POOLS, WorkerPools } from './worker-pools.js';

const runner = {
  workers: defineRunner({
    options: object({
      plugins: documented(
        optional(array(string), ['adjoint']),
        'Modules whose plugins a worker has: packages, or paths from `from`.',
      ),
      from: documented(
        optional(string),
        'Where the modules are looked for: `import.meta.url` of a module; the program itself if not given.',
      ),
      count: documented(optional(count), 'Workers; as many as the machine runs at once if not given.'),
      retries: documented(optional(natural, 1), 'How often a job is tried again whose failure may be an accident.'),
      backend: documented(
        optional(choice('backend')),
        'What a worker computes with; if not given, what this app was told to, with one thread.',
      ),
    }),
    description: 'Runs jobs on all cores, each in a thread of its own.',
    create: ({ backend, ...options }, { resolve }) => {
      const wished = resolve(BACKENDS);
      const like = (): readonly Choice<'backend'>[] =>
        wished.length > 0 ? wished : [resolve(ENGINE).backend.name as Choice<'backend'>];
      const pool = resolve(POOLS).of({ ...options, ...(backend === undefined ? { like: like() } : { backend }) });
      return {
        run(jobs, given = {}) {
          if (given.onTrainer)
            throw new AdjointError(
              'OPTIONS_INVALID',
              "runner 'workers': onTrainer cannot be had, since the trainers are in other threads; use onProgress, or loggers.",
            );
          return runJobs(jobs, pool.count, given, (job, among) => pool.run(job, among));
        },
      };
    },
  }),
};

/** The runner 'workers'. */
export const workers: Plugin = definePlugin({
  name: '@adjoint/runner-workers',
  version: '0.1.0',
  runner,
  setup: (host) => host.provide(POOLS, { factory: () => new WorkerPools() }),
});

declare module '@adjoint/core' {
  interface Runners extends NamesOf<typeof runner> {}
}
