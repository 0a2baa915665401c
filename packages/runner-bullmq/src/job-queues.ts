import { serviceToken } from '@adjoint/core';
import { JobQueue } from './job-queue.js';

/** The queues that an app sends jobs to, one connection each. */
export class JobQueues {
  readonly #queues = new Map<string, JobQueue>();

  of(redis: string, name: string): JobQueue {
    const key = JSON.stringify([redis, name]);
    const queue = this.#queues.get(key) ?? new JobQueue(redis, name);
    this.#queues.set(key, queue);
    return queue;
  }

  async dispose(): Promise<void> {
    await Promise.all([...this.#queues.values()].map((queue) => queue.close()));
  }
}

export const QUEUES = serviceToken<JobQueues>('jobQueues');
