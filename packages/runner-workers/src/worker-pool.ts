import { once, setMaxListeners } from 'node:events';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { MessageChannel } from 'node:worker_threads';
import {
  AdjointError,
  errorOf,
  isTransient,
  portableJob,
  type AmongJobs,
  type Choice,
  type Job,
  type JobProgress,
  type JobResult,
  type SentData,
} from '@adjoint/core';
import { Piscina } from 'piscina';
import { resolveModule } from './resolve-module.js';
import { shareData } from './share-data.js';
import type { Answer, Task } from './worker.js';
import type { WorkerSetup } from './worker-app.js';

export interface WorkerPoolOptions {
  /** Modules whose plugins a worker has. */
  readonly plugins: readonly string[];
  /** Where they are looked for; the program itself if not given. */
  readonly from?: string | undefined;
  /** Workers; as many as the machine runs at once if not given. */
  readonly count?: number | undefined;
  /** How often a job is tried again whose failure may be an accident; once if not given. */
  readonly retries?: number | undefined;
  /** What a worker computes with; otherwise it takes the first of `like` that can be had, with one thread. */
  readonly backend?: Choice<'backend'>;
  /** The first backend that the plugins bring if not given. */
  readonly like?: readonly Choice<'backend'>[];
}

/** Worker threads that run jobs, one each at a time. They start when they are needed, and stay until `close`. */
export class WorkerPool {
  readonly count: number;
  readonly #retries: number;
  readonly #piscina: Piscina<Task, Answer>;

  /** @throws AdjointError `FILE_UNREADABLE` if a module is not found */
  constructor({ plugins, from, count = availableParallelism(), retries = 1, backend, like = [] }: WorkerPoolOptions) {
    this.count = count;
    this.#retries = retries;
    const workerData: WorkerSetup = {
      plugins: plugins.map((specifier) => ({ specifier, url: resolveModule(specifier, from) })),
      like,
      ...(backend !== undefined && { backend }),
    };
    this.#piscina = new Piscina({
      filename: fileURLToPath(new URL('worker.js', import.meta.url)),
      minThreads: 0,
      maxThreads: count,
      idleTimeout: Infinity,
      // A thread that waits in Atomics would not hear what else is sent to it.
      atomics: 'disabled',
      recordTiming: false,
      workerData,
    });
  }

  /**
   * Runs a job in a worker.
   * @throws AdjointError `OPTIONS_INVALID` if it cannot be sent; `WORKER_LOST` if the worker ended; what the job throws
   */
  async run(job: Job, among: AmongJobs): Promise<JobResult> {
    const sent = await portableJob(job, shareData);
    for (let tries = 0; ; tries++) {
      try {
        return await this.#try(sent, among);
      } catch (error) {
        if (tries >= this.#retries || among.signal.aborted || !isTransient(error)) throw error;
      }
    }
  }

  async #try(job: Job<SentData>, { number, signal, onProgress }: AmongJobs): Promise<JobResult> {
    const { port1: port, port2 } = new MessageChannel();
    const abort = (): void => port.postMessage(String(signal.reason ?? 'aborted'));
    let refused: { readonly error: unknown } | undefined;
    port.on('message', (progress: JobProgress) => {
      try {
        onProgress?.(progress);
      } catch (error) {
        refused ??= { error };
        port.postMessage('onProgress failed');
      }
    });
    const closed = once(port, 'close');
    if (signal.aborted) abort();
    // All jobs of a run have one signal.
    setMaxListeners(0, signal);
    signal.addEventListener('abort', abort);
    try {
      const task: Task = { job, number, port: port2, tells: onProgress !== undefined };
      const answer = await this.#piscina.run(task, { transferList: [port2] }).catch((cause: unknown) => {
        port.close();
        const message = cause instanceof Error ? cause.message : String(cause);
        throw new AdjointError('WORKER_LOST', `runner 'workers': the worker of job ${number} ended (${message}).`, {
          cause,
        });
      });
      // The worker closes the port when all has been said.
      await closed;
      if (refused) throw refused.error;
      if ('failure' in answer) throw errorOf(answer.failure);
      return answer.result;
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  /** Ends the workers, also those that run a job. */
  async close(): Promise<void> {
    await this.#piscina.destroy();
  }
}
