import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  AdjointError,
  portableJob,
  type AmongJobs,
  type Batch,
  type Dataset,
  type Job,
  type JobProgress,
  type JobResult,
  type PortableData,
} from '@adjoint/core';
import { decodeResult, encodeJob, parseMetadata } from '@adjoint/io';
import { Queue, QueueEvents } from 'bullmq';
import { Redis } from 'ioredis';
import { encodeData, hashOf } from './data-bytes.js';
import { connectionOptions, kept, keysOf, prefix } from './keys.js';

/** How data are named in a job that is sent. */
export interface QueuedData {
  readonly choice?: PortableData['choice'];
  /** Of arrays that are in Redis. */
  readonly hash?: string;
}

/** How a job is run. */
export interface QueuedRun extends AmongJobs {
  /** Of the run: its results are kept for those who ask again. */
  readonly name: string | undefined;
  readonly tries: number;
}

interface Bull {
  readonly queue: Queue;
  readonly events: QueueEvents;
}

/** A job that somebody waits for. */
interface Awaited {
  /** Looks whether it is over. */
  look(): void;
  progress(progress: JobProgress): void;
}

/** Jobs that were given up stay in the queue for a day, to be looked at. */
const failedFor = { age: 86_400 };

/** Milliseconds in which Redis is to answer for the first time. */
const patience = 5000;

/** Milliseconds after which a job is looked at, should an event have been lost. */
const lookEvery = 2000;

/** Sends jobs to a queue and waits for what comes of them. */
export class JobQueue {
  readonly #redis: Redis;
  readonly #name: string;
  readonly #options: {
    readonly connection: { readonly url: string; readonly maxRetriesPerRequest: null };
    readonly prefix: string;
  };
  /** Made when Redis has answered: before, they could not be closed. */
  #bull: Bull | undefined;
  readonly #keys: ReturnType<typeof keysOf>;
  readonly #awaited = new Map<string, Set<Awaited>>();
  readonly #hashes = new WeakMap<Dataset, string>();
  readonly #address: string;
  #connecting: Promise<Bull> | undefined;
  #lastError: Error | undefined;
  readonly #timer: NodeJS.Timeout;

  constructor(url: string, name: string) {
    this.#name = name;
    this.#keys = keysOf(name);
    // Without a password.
    this.#address = url.replace(/\/\/.*@/, '//');
    this.#redis = new Redis(url, connectionOptions);
    this.#options = { connection: { url, ...connectionOptions }, prefix };
    this.#redis.on('error', (error: Error) => void (this.#lastError = error));
    this.#timer = setInterval(() => [...this.#awaited.keys()].forEach((id) => this.#look(id)), lookEvery);
  }

  /**
   * Sends a job and waits for its result. A job of a run with a name that was sent before, also by a program that has ended
   * since, is not run again: it is known by its content.
   * @throws AdjointError `OPTIONS_INVALID` if it cannot be sent; `FILE_UNREADABLE` if there is no Redis; `WORKER_LOST` if its workers ended; what the job throws
   */
  async run(job: Job, among: QueuedRun): Promise<JobResult> {
    const { queue } = await (this.#connecting ??= this.#connect());
    const { name, number, signal, onProgress } = among;
    const { id, submit } = await this.#prepare(queue, job, among);
    const { promise, resolve, reject } = promiseParts<JobResult>();
    let refusal: { readonly error: unknown } | undefined;
    let looking: Promise<void> = Promise.resolve();
    const awaited: Awaited = {
      look: () => void (looking = looking.then(look).catch(reject)),
      progress: (progress) => {
        try {
          onProgress?.({ ...progress, job: number });
        } catch (error) {
          refusal ??= { error };
          void this.#cancel(queue, id, 'onProgress failed').catch(reject);
        }
      },
    };
    const look = async (): Promise<void> => {
      const bytes = await this.#redis.getBuffer(this.#keys.result(id));
      if (bytes) {
        const result = decodeResult(bytes, { source: `result of job ${number}` });
        if (refusal) throw refusal.error;
        if (result.reason !== 'aborted' || signal.aborted) return resolve(result);
        // Somebody else who waits for the same job has cancelled it.
        return (await this.#isFinished(queue, id)) ? awaited.look() : submit();
      }
      const state = await queue.getJobState(id);
      // It may have come to its end between the two questions.
      if ((await this.#redis.exists(this.#keys.result(id))) === 1) return awaited.look();
      if (state === 'failed')
        throw new AdjointError(
          'WORKER_LOST',
          `runner 'bullmq': job ${number} was given up, since its workers ended time and again while they ran it.`,
        );
      if (state !== 'unknown') return;
      if (signal.aborted) return resolve(notBegun(job, signal));
      // Redis has forgotten it.
      await submit();
    };
    const abort = (): void => {
      void this.#cancel(queue, id, String(signal.reason ?? 'aborted'))
        .then(awaited.look)
        .catch(reject);
    };
    // All jobs of a run have one signal.
    setMaxListeners(0, signal);
    this.#awaited.set(id, (this.#awaited.get(id) ?? new Set()).add(awaited));
    signal.addEventListener('abort', abort);
    try {
      if (!(await this.#isFinished(queue, id))) await submit();
      if (signal.aborted) abort();
      awaited.look();
      const result = await promise;
      await this.#redis.del(this.#keys.payload(id));
      if (name === undefined) await this.#redis.del(this.#keys.result(id));
      if (result.reason === 'failed') throw result.error;
      return result;
    } finally {
      signal.removeEventListener('abort', abort);
      const others = this.#awaited.get(id);
      others?.delete(awaited);
      if (others?.size === 0) this.#awaited.delete(id);
    }
  }

  /** A job as it goes to the queue: under which name, and how. */
  async #prepare(
    queue: Queue,
    job: Job,
    { name, tries }: QueuedRun,
  ): Promise<{ readonly id: string; readonly submit: () => Promise<void> }> {
    const arrays = new Map<string, Dataset & { whole(): Batch }>();
    const sent = await portableJob(job, ({ choice, dataset }): QueuedData => {
      if (choice !== undefined || !dataset) return { ...(choice !== undefined && { choice }) };
      const hash = this.#hashes.get(dataset) ?? hashOf(encodeData(dataset.whole()));
      this.#hashes.set(dataset, hash);
      arrays.set(hash, dataset);
      return { hash };
    });
    const payload = encodeJob(sent);
    const id = name === undefined ? `job-${randomUUID()}` : `job-${hashOf(Buffer.from(name))}-${hashOf(payload)}`;
    const submit = async (): Promise<void> => {
      for (const [hash, dataset] of arrays) await this.#keep(hash, dataset);
      await this.#redis.set(this.#keys.payload(id), Buffer.from(payload), 'EX', kept.payload);
      await this.#redis.del(this.#keys.cancelled(id));
      const options = { jobId: id, attempts: tries, backoff: 100, removeOnComplete: true, removeOnFail: failedFor };
      await queue.add('job', {}, options);
    };
    return { id, submit };
  }

  /** Closes the connections; jobs in the queue stay there. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    if (this.#bull) {
      const { queue, events } = this.#bull;
      const isThere = this.#redis.status === 'ready';
      const closing = isThere ? [events.close(), queue.close()] : [events.disconnect(), queue.disconnect()];
      // Without Redis nobody answers to a farewell.
      if (isThere) await Promise.all(closing);
    }
    this.#redis.disconnect();
  }

  /** Whether a job has a result. What came of one that failed or was cancelled is no answer to somebody who asks again. */
  async #isFinished(queue: Queue, id: string): Promise<boolean> {
    const bytes = await this.#redis.getBuffer(this.#keys.result(id));
    if (bytes && !['failed', 'aborted'].includes(decodeResult(bytes).reason)) return true;
    if (bytes) await this.#redis.del(this.#keys.result(id));
    if ((await queue.getJobState(id)) === 'failed') await queue.remove(id);
    return false;
  }

  /** Takes a job out of the queue, or tells the worker that runs it. */
  async #cancel(queue: Queue, id: string, reason: string): Promise<void> {
    await this.#redis.set(this.#keys.cancelled(id), reason, 'EX', kept.cancelled);
    await this.#redis.publish(this.#keys.cancel, id);
    // A job that runs is locked, and is not removed.
    await queue.remove(id).catch(() => undefined);
  }

  /** Sends arrays to Redis, unless they are there. */
  async #keep(hash: string, dataset: { whole(): Batch }): Promise<void> {
    const key = this.#keys.data(hash);
    if ((await this.#redis.expire(key, kept.data)) === 1) return;
    await this.#redis.set(key, Buffer.from(encodeData(dataset.whole())), 'EX', kept.data);
  }

  /** Once there was a Redis, its absence is waited for; but an address without one is told. */
  async #connect(): Promise<Bull> {
    const until = performance.now() + patience;
    while (this.#redis.status !== 'ready') {
      if (performance.now() > until) {
        this.#connecting = undefined;
        throw new AdjointError(
          'FILE_UNREADABLE',
          `runner 'bullmq': no Redis answers at ${this.#address} (${this.#lastError?.message ?? 'no answer'}); start it, or give its address in 'redis'.`,
        );
      }
      await sleep(20);
    }
    const { queue, events } = (this.#bull = {
      queue: new Queue(this.#name, this.#options),
      events: new QueueEvents(this.#name, this.#options),
    });
    // Connections that are lost come back by themselves.
    queue.on('error', () => undefined);
    events.on('error', () => undefined);
    events.on('completed', ({ jobId }) => this.#look(jobId));
    events.on('failed', ({ jobId }) => this.#look(jobId));
    events.on('progress', ({ jobId, data }) => {
      for (const awaited of this.#awaited.get(jobId) ?? [])
        awaited.progress(parseMetadata(String(data)) as JobProgress);
    });
    await events.waitUntilReady();
    return this.#bull;
  }

  #look(id: string): void {
    for (const awaited of this.#awaited.get(id) ?? []) awaited.look();
  }
}

/** What there is to say of a job that was cancelled before a worker took it. */
function notBegun({ composition, state }: Job, { reason }: AbortSignal): JobResult {
  const detail = String(reason ?? 'aborted');
  return { reason: 'aborted', detail, history: [], composition, weights: new Map(), ...(state && { state }) };
}

function promiseParts<T>(): {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
} {
  let [resolve, reject]: [(value: T) => void, (error: unknown) => void] = [() => undefined, () => undefined];
  const promise = new Promise<T>((settle, fail) => {
    [resolve, reject] = [settle, fail];
  });
  // It may fail before anybody waits for it.
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}
