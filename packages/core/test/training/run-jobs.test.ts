import test from 'ava';
import { setTimeout as sleep } from 'node:timers/promises';
import { datasetOf, portableJob, runJobs, view, withData, type Job, type JobResult } from '../../src/index.js';
import { points, tinyApp } from '../tiny.js';

const app = tinyApp();
const { composition } = app.sequential({ input: [2] }, [{ 'tiny/dense': { units: 1 } }]);

const jobOf = (seed: number): Job => ({
  composition,
  seed,
  trainer: { loss: 'tiny/squared', optimizer: 'tiny/sgd' },
  fit: { epochs: 1, batchSize: 4 },
  train: { data: points },
});
/** Says by its detail which job it is of. */
const resultOf = ({ seed }: Job): JobResult => ({
  reason: 'completed',
  detail: `${seed}`,
  history: [],
  composition,
  weights: new Map(),
});

async function details(results: AsyncIterable<JobResult>): Promise<string[]> {
  const all: string[] = [];
  for await (const { reason, detail } of results) all.push(`${reason} ${detail}`);
  return all;
}

test('jobs run side by side, no more than wanted, and their results come in order', async (t) => {
  let [running, most] = [0, 0];
  const run = async (job: Job): Promise<JobResult> => {
    most = Math.max(most, ++running);
    // The first takes longest.
    await sleep(5 * (6 - job.seed));
    running--;
    return resultOf(job);
  };
  const jobs = [0, 1, 2, 3, 4, 5].map(jobOf);
  t.deepEqual(
    await details(runJobs(jobs, 3, {}, run)),
    jobs.map(({ seed }) => `completed ${seed}`),
  );
  t.is(most, 3);
});

test('one at a time, a job may depend on the result before it without waiting for it', async (t) => {
  const seen: string[] = [];
  function* search(): Generator<Job> {
    for (let i = 0; i < 3; i++) yield jobOf(10 * seen.length);
  }
  for await (const { detail } of runJobs(search(), 1, {}, async (job) => resultOf(job))) seen.push(detail!);
  t.deepEqual(seen, ['0', '10', '20']);
});

test('a slow consumer holds the jobs back', async (t) => {
  let asked = 0;
  function* endless(): Generator<Job> {
    for (;;) yield jobOf(asked++);
  }
  let begun = 0;
  const run = async (job: Job, { signal }: { signal: AbortSignal }): Promise<JobResult> => {
    begun++;
    return signal.aborted ? { ...resultOf(job), reason: 'aborted' } : resultOf(job);
  };
  for await (const { detail } of runJobs(endless(), 2, {}, run)) {
    await sleep(5);
    t.true(begun <= Number(detail) + 9, `${begun} jobs were begun`);
    if (detail === '20') break;
  }
  const left = asked;
  await sleep(5);
  t.is(asked, left, 'nobody waits for further jobs');
});

test('a job that fails ends the run, or is reported and the others go on; a source that fails ends it', async (t) => {
  const run = async (job: Job): Promise<JobResult> => {
    if (job.seed === 1) throw new RangeError('one is odd');
    return resultOf(job);
  };
  const jobs = [0, 1, 2].map(jobOf);
  t.deepEqual(await details(runJobs(jobs, 2, { onFailure: 'yield' }, run)), [
    'completed 0',
    'failed one is odd',
    'completed 2',
  ]);
  await t.throwsAsync(details(runJobs(jobs, 2, {}, run)), { message: 'one is odd' });
  function* broken(): Generator<Job> {
    yield jobOf(0);
    throw new RangeError('no more');
  }
  await t.throwsAsync(details(runJobs(broken(), 2, { onFailure: 'yield' }, run)), { message: 'no more' });
});

test('once the signal has come no further job is begun, and those that run say what they came to', async (t) => {
  const controller = new AbortController();
  const run = async (job: Job, { signal }: { signal: AbortSignal }): Promise<JobResult> => {
    if (job.seed === 1) controller.abort('enough');
    await sleep(1);
    return signal.aborted ? { ...resultOf(job), reason: 'aborted' } : resultOf(job);
  };
  t.deepEqual(await details(runJobs([0, 1, 2, 3].map(jobOf), 2, { signal: controller.signal }, run)), [
    'aborted 0',
    'aborted 1',
  ]);
});

test('data that are in memory can be sent as arrays, views of them too; functions cannot be sent', async (t) => {
  const all = Int32Array.from({ length: 10 }, (_, i) => i);
  const memory = datasetOf(await points.batch(all));
  const part = view(memory, { indices: Int32Array.of(7, 2), weights: Float32Array.of(1, 3) });
  const whole = part.whole!();
  t.deepEqual(await datasetOf(whole).batch(Int32Array.of(1, 0)), await part.batch(Int32Array.of(1, 0)));

  const job: Job = {
    ...jobOf(3),
    train: { data: memory, indices: Int32Array.of(5, 6, 1, 2) },
    validation: { data: memory },
  };
  const sent = await portableJob(job, ({ dataset }) => structuredClone(dataset!.whole()));
  const received = await withData(structuredClone(sent), datasetOf);
  const results: JobResult[] = [];
  for await (const result of app.run([job, received])) results.push(result);
  t.deepEqual(results[0], results[1]);

  const odd = { 'tiny/lambda': { apply: () => undefined } } as never;
  const layers = [{ name: 'odd', inputs: ['input'], layer: odd }] as const;
  await t.throwsAsync(
    portableJob({ ...job, composition: { ...composition, layers } }, () => null),
    {
      code: 'OPTIONS_INVALID',
      message: /layer 'odd' holds a function/,
    },
  );
  const { batch, size, inputs, targets } = memory;
  await t.throwsAsync(
    portableJob({ ...job, train: { data: { batch, size, inputs, targets } } }, () => null),
    {
      code: 'OPTIONS_INVALID',
      message: /no registered name/,
    },
  );
});
