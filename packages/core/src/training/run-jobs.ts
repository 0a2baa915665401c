import type { Signal } from './signal.js';
import type { Job, JobResult } from './job.js';
import { failedResult } from './job-failure.js';
import { counting, type RunnerOptions } from './runner.js';

/** What a job is to heed that is run among others. */
export interface AmongJobs {
  /** The first is 0. */
  readonly number: number;
  /** Aborts when the run is aborted, or nobody waits for its results any more. */
  readonly signal: Signal;
  readonly onProgress: RunnerOptions['onProgress'];
}

/**
 * Runs jobs, up to `most` at a time, and gives the results in the order of the jobs: what runners of several share. With one at a
 * time, the next job is asked for once the result before it was taken.
 */
export async function* runJobs(
  jobs: Iterable<Job> | AsyncIterable<Job>,
  most: number,
  { signal, onProgress, onFailure = 'throw' }: RunnerOptions,
  run: (job: Job, among: AmongJobs) => Promise<JobResult>,
): AsyncGenerator<JobResult, void, undefined> {
  const source = Symbol.asyncIterator in jobs ? jobs[Symbol.asyncIterator]() : jobs[Symbol.iterator]();
  const tell = onProgress && counting(jobs, onProgress);
  const ending = new AbortController();
  const abort = (): void => ending.abort(signal?.reason);
  if (signal?.aborted) abort();
  signal?.addEventListener('abort', abort);

  /** In order, from the one that is to be given next. Results may wait for one that takes long, but not without end. */
  const results: Promise<JobResult>[] = [];
  const room = most === 1 ? 1 : 4 * most;
  let [number, running, isOver, isTaking] = [0, 0, false, false];
  let wake = (): void => undefined;
  const take = async (): Promise<void> => {
    if (isTaking) return;
    isTaking = true;
    while (!isOver && running < most && results.length < room) {
      // Even a run that is aborted at once tells of the first job where it stands.
      if (number > 0 && ending.signal.aborted) isOver = true;
      else {
        const next = await nextOf(source).catch((error: unknown) => {
          results.push(rejected(error));
          return { done: true } as const;
        });
        if (next.done || (number > 0 && ending.signal.aborted)) isOver = true;
        else {
          running++;
          const job = next.value;
          const result = run(job, { number: number++, signal: ending.signal, onProgress: tell })
            .catch((error: unknown) => failedResult(job, error))
            .finally(() => {
              running--;
              void take();
            });
          results.push(result);
        }
      }
      wake();
    }
    isTaking = false;
  };

  try {
    for (;;) {
      void take();
      while (results.length === 0) {
        if (isOver) return;
        await new Promise<void>((resolve) => (wake = resolve));
      }
      const result = await results[0]!;
      if (result.reason === 'failed' && onFailure === 'throw') throw result.error;
      yield result;
      results.shift();
      if (result.reason === 'aborted') isOver = true;
    }
  } finally {
    isOver = true;
    signal?.removeEventListener('abort', abort);
    ending.abort();
    // What the source answers, perhaps much later, concerns nobody any more.
    void Promise.resolve(source.return?.()).catch(() => undefined);
  }
}

async function nextOf(source: Iterator<Job> | AsyncIterator<Job>): Promise<IteratorResult<Job>> {
  return source.next();
}

function rejected(error: unknown): Promise<never> {
  const promise = Promise.reject(error);
  promise.catch(() => undefined);
  return promise;
}
