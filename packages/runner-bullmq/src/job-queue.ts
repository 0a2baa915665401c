import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import {
  AdjointError,
  portableJob,
  type AmongJobs,
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

/** A job that somebody waits for. */
interface Awaited {
  /** Looks whether it is over. */
  look(): void;
  progress(progress: JobProgress): void;
}

/** Jobs that were given up stay in the queue for a day, to be looked at. */
const failedFor = { age: 86_400 };

/** Milliseconds after which a job is looked at, should an event have been lost. */
const lookEvery = 2000;

/** Sends jobs to a queue and waits for what comes of them. */
export class JobQueue {
  readonly #redis: Redis;
  readonly #queue: Queue;
  readonly #events: QueueEvents;
  readonly #keys: ReturnType<typeof keysOf>;
  readonly #awaited = new Map<string, Set<Awaited>>();
  /** Names of data that are in Redis already. */
  readonly #sent = new WeakMap<object, Promise<string>>();
  readonly #timer: NodeJS.Timeout;

  constructor(url: string, name: string) {
    this.#keys = keysOf(name);
    this.#redis = new Redis(url, connectionOptions);
    const options = { connection: { url, ...connectionOptions }, prefix };
    this.#queue = new Queue(name, options);
    this.#events = new QueueEvents(name, options);
    // Connections that are lost come back by themselves; BullMQ wants somebody to have heard of it.
    const ignore = (): void => undefined;
    this.#redis.on('error', ignore);
    this.#queue.on('error', ignore);
    this.#events.on('error', ignore);
    const look = (id: string): void => this.#awaited.get(id)?.forEach((awaited) => awaited.look());
    this.#events.on('completed', ({ jobId }) => look(jobId));
    this.#events.on('failed', ({ jobId }) => look(jobId));
    this.#events.on('progress', ({ jobId, data }) => {
      const awaited = this.#awaited.get(jobId);
      if (awaited) for (const one of awaited) one.progress(parseMetadata(String(data)) as JobProgress);
    });
    this.#timer = setInterval(() => [...this.#awaited.keys()].forEach(look), lookEvery);
  }

  /**
   * Sends a job and waits for its result. A job of a run with a name that was sent before, also by a program that has ended
   * since, is not run again: it is known by its content.
   * @throws AdjointError `OPTIONS_INVALID` if it cannot be sent; `WORKER_LOST` if its workers ended; what the job throws
   */
  async run(job: Job, among: QueuedRun): Promise<JobResult> {
    const sent = await portableJob(job, (data) => this.#send(data));
    const payload = encodeJob(sent);
    const { name, number, signal, onProgress, tries } = among;
    const id = name === undefined ? `job-${randomUUID()}` : `job-${hashOf(Buffer.from(name))}-${hashOf(payload)}`;
    const submit = async (): Promise<void> => {
      await this.#redis.set(this.#keys.payload(id), Buffer.from(payload), 'EX', kept.payload);
      await this.#redis.del(this.#keys.cancelled(id));
      const options = { jobId: id, attempts: tries, backoff: 100, removeOnComplete: true, removeOnFail: failedFor };
      await this.#queue.add('job', {}, options);
    };
    await this.#forgetUnfinished(id);
    await submit();
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
          void this.#cancel(id, 'onProgress failed').catch(reject);
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
        await this.#forgetUnfinished(id);
        return submit();
      }
      const state = await this.#queue.getJobState(id);
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
      void this.#cancel(id, String(signal.reason ?? 'aborted'))
        .then(awaited.look)
        .catch(reject);
    };
    // All jobs of a run have one signal.
    setMaxListeners(0, signal);
    this.#awaited.set(id, (this.#awaited.get(id) ?? new Set()).add(awaited));
    signal.addEventListener('abort', abort);
    if (signal.aborted) abort();
    awaited.look();
    try {
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

  /** Closes the connections; jobs in the queue stay there. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all([this.#events.close(), this.#queue.close()]);
    this.#redis.disconnect();
  }

  /** What came of a job that failed or was cancelled is no answer to somebody who asks again. */
  async #forgetUnfinished(id: string): Promise<void> {
    const bytes = await this.#redis.getBuffer(this.#keys.result(id));
    if (bytes && ['failed', 'aborted'].includes(decodeResult(bytes).reason))
      await this.#redis.del(this.#keys.result(id));
    if ((await this.#queue.getJobState(id)) === 'failed') await this.#queue.remove(id);
  }

  /** Takes a job out of the queue, or tells the worker that runs it. */
  async #cancel(id: string, reason: string): Promise<void> {
    await this.#redis.set(this.#keys.cancelled(id), reason, 'EX', kept.cancelled);
    await this.#redis.publish(this.#keys.cancel, id);
    // A job that runs is locked, and is not removed.
    await this.#queue.remove(id).catch(() => undefined);
  }

  /** By name where it has one; otherwise the arrays go to Redis, once. */
  async #send({ choice, dataset }: PortableData): Promise<QueuedData> {
    if (choice !== undefined || !dataset) return { ...(choice !== undefined && { choice }) };
    const sending = this.#sent.get(dataset) ?? this.#upload(encodeData(dataset.whole()));
    this.#sent.set(dataset, sending);
    return { hash: await sending };
  }

  async #upload(bytes: Uint8Array): Promise<string> {
    const hash = hashOf(bytes);
    await this.#redis.set(this.#keys.data(hash), Buffer.from(bytes), 'EX', kept.data);
    return hash;
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
  return { promise, resolve, reject };
}
