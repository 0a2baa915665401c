import {
  AdjointError,
  datasetOf,
  failedResult,
  isTransient,
  withData,
  type Choice,
  type DataReference,
  type Dataset,
  type Job,
  type JobProgress,
  type JobResult,
} from '@adjoint/core';
import { decodeJob, decodeResult, encodeResult, stringifyMetadata } from '@adjoint/io';
import { WorkerPool } from '@adjoint/runner-workers';
import { Worker, type Job as QueueJob } from 'bullmq';
import { Redis } from 'ioredis';
import { decodeData } from './data-bytes.js';
import type { QueuedData } from './job-queue.js';
import { connectionOptions, kept, keysOf, prefix } from './keys.js';

/** How many datasets a worker keeps in memory. */
const mostData = 16;

export interface QueueWorkerOptions {
  /** Where Redis is: redis://host:port. */
  readonly redis: string;
  readonly queue?: string | undefined;
  /** Modules whose plugins jobs may name. */
  readonly plugins: readonly string[];
  /** Where they are looked for; the program itself if not given. */
  readonly from?: string | undefined;
  /** Jobs at a time, a thread for each; as many as the machine runs at once if not given. */
  readonly count?: number | undefined;
  /** What computes; the first backend that the plugins bring, with one thread, if not given. */
  readonly backend?: Choice<'backend'> | undefined;
  /** Seconds without a word from a worker after which its jobs go to others; 30 if not given. */
  readonly patience?: number | undefined;
}

/** How often a job may lose its worker until it is given up. */
const mostStalls = 20;

/** Takes jobs from a queue and runs them in threads. Those of a worker that was killed go to another one. */
export class QueueWorker {
  readonly #redis: Redis;
  readonly #cancellations: Redis;
  readonly #pool: WorkerPool;
  readonly #worker: Worker;
  readonly #keys: ReturnType<typeof keysOf>;
  readonly #running = new Map<string, AbortController>();
  /** Arrays are fetched once. */
  readonly #data = new Map<string, Promise<Dataset>>();

  constructor(options: QueueWorkerOptions) {
    const { redis: url, queue = 'jobs', plugins, from, count, backend, patience = 30 } = options;
    this.#keys = keysOf(queue);
    // The queue tries again itself, perhaps on another machine.
    this.#pool = new WorkerPool({ plugins, from, count, retries: 0, ...(backend !== undefined && { backend }) });
    this.#redis = new Redis(url, connectionOptions);
    this.#cancellations = new Redis(url, connectionOptions);
    this.#cancellations.on('message', (_, id: string) => void this.#cancel(id));
    void this.#cancellations.subscribe(this.#keys.cancel);
    const lockDuration = patience * 1000;
    this.#worker = new Worker(queue, (job) => this.#process(job), {
      connection: { url, ...connectionOptions },
      prefix,
      concurrency: this.#pool.count,
      lockDuration,
      stalledInterval: lockDuration,
      maxStalledCount: mostStalls,
    });
    const report = (error: Error): void => console.error(`adjoint-worker: ${error.message}`);
    this.#redis.on('error', report);
    this.#cancellations.on('error', report);
    this.#worker.on('error', report);
  }

  /** Waits until jobs can come. */
  async ready(): Promise<void> {
    await this.#worker.waitUntilReady();
  }

  /** Finishes the jobs that run, and takes no others. */
  async close(): Promise<void> {
    await this.#worker.close();
    await this.#pool.close();
    this.#redis.disconnect();
    this.#cancellations.disconnect();
  }

  async #process(queued: QueueJob): Promise<void> {
    const id = queued.id ?? '';
    // Another worker, of which nothing was heard for a while, may have come to the end nevertheless.
    const known = await this.#redis.getBuffer(this.#keys.result(id));
    if (known && decodeResult(known).reason !== 'aborted') return;
    const bytes = await this.#redis.getBuffer(this.#keys.payload(id));
    if (!bytes) return;
    const controller = new AbortController();
    this.#running.set(id, controller);
    try {
      await this.#cancel(id);
      const result = await this.#run(queued, decodeJob(bytes, { source: id }), controller.signal);
      await this.#redis.set(this.#keys.result(id), Buffer.from(encodeResult(result)), 'EX', kept.result);
    } finally {
      this.#running.delete(id);
    }
  }

  async #run(queued: QueueJob, given: Job<unknown>, signal: AbortSignal): Promise<JobResult> {
    let told: Promise<unknown> = Promise.resolve();
    const onProgress = (progress: JobProgress): void => {
      told = told.then(() => queued.updateProgress(stringifyMetadata(plain(progress)))).catch(() => undefined);
    };
    try {
      const job = await withData(given, (data) => this.#open(data as QueuedData));
      const result = await this.#pool.run(job, { number: 0, signal, onProgress });
      await told;
      return result;
    } catch (error) {
      const isLast = queued.attemptsMade + 1 >= (queued.opts.attempts ?? 1);
      if (isTransient(error) && !isLast) throw error;
      return failedResult(given, error);
    }
  }

  async #open({ choice, hash }: QueuedData): Promise<DataReference['data']> {
    if (choice !== undefined) return choice;
    const data = this.#data.get(hash ?? '') ?? this.#fetch(hash ?? '');
    this.#data.set(hash ?? '', data);
    for (const oldest of [...this.#data.keys()].slice(0, -mostData)) this.#data.delete(oldest);
    data.catch(() => this.#data.delete(hash ?? ''));
    return data;
  }

  async #fetch(hash: string): Promise<Dataset> {
    const bytes = await this.#redis.getBuffer(this.#keys.data(hash));
    if (!bytes)
      throw new AdjointError('FILE_INVALID', `The data ${hash} of a job are no longer in Redis; send the job again.`);
    return datasetOf(decodeData(bytes, `data ${hash}`));
  }

  async #cancel(id: string): Promise<void> {
    const reason = await this.#redis.get(this.#keys.cancelled(id));
    if (reason !== null) this.#running.get(id)?.abort(reason);
  }
}

/** Without the tables among its figures, which would be large. */
function plain(progress: JobProgress): object {
  if (progress.event !== 'epoch:end') return progress;
  const figures = Object.entries(progress.payload.figures).filter(([, figure]) => typeof figure === 'number');
  return { ...progress, payload: { ...progress.payload, figures: Object.fromEntries(figures) } };
}
