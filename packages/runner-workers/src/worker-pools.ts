import { serviceToken } from '@adjoint/core';
import { WorkerPool, type WorkerPoolOptions } from './worker-pool.js';

/** The pools of an app: whoever asks for the same options shares one, whose workers have their data already. */
export class WorkerPools {
  readonly #pools = new Map<string, WorkerPool>();

  of(options: WorkerPoolOptions): WorkerPool {
    const key = JSON.stringify(options);
    const pool = this.#pools.get(key) ?? new WorkerPool(options);
    this.#pools.set(key, pool);
    return pool;
  }

  async dispose(): Promise<void> {
    await Promise.all([...this.#pools.values()].map((pool) => pool.close()));
  }
}

export const POOLS = serviceToken<WorkerPools>('workerPools');
