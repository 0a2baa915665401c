import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createApp,
  defineEnsemble,
  definePlugin,
  type App,
  type Job,
  type JobProgress,
  type JobResult,
  type RunOptions,
} from 'adjoint';
import { object } from '@adjoint/core/options';
import test from 'ava';
import { workers } from '../src/index.js';
import { accidents, halves } from './accidents.js';

const plugins = ['adjoint', './accidents.js'];
const runner = (count: number) => ({ workers: { plugins, from: import.meta.url, count } }) as const;

const newApp = (): App => createApp({ plugins: [workers, accidents] });

function jobsOf(app: App, count: number, change: Partial<Job> = {}): Job[] {
  const { composition } = app.sequential({ input: [2] }, [
    { dense: { units: 8 } },
    'relu',
    { dropout: { rate: 0.2 } },
    { dense: { units: 2 } },
  ]);
  const data = halves();
  return Array.from({ length: count }, (_, seed) => ({
    composition,
    seed,
    trainer: { loss: 'crossEntropy', optimizer: 'adam', metrics: ['accuracy'] },
    fit: { epochs: 3, batchSize: 16 },
    train: { data, indices: Int32Array.from({ length: 48 }, (_, i) => (i * 7 + seed) % 64) },
    validation: { data: 'accidents/halves' },
    ...change,
  }));
}

async function collect(app: App, jobs: Iterable<Job>, options: RunOptions = {}): Promise<JobResult[]> {
  const results: JobResult[] = [];
  for await (const result of app.run(jobs, options)) results.push(result);
  return results;
}

test('jobs have the same results in any number of threads, in their order, and tell their progress', async (t) => {
  const app = newApp();
  const jobs = jobsOf(app, 5);
  const told: JobProgress[] = [];
  const want = await collect(app, jobs, { onProgress: (progress) => void told.push(progress) });
  t.is(want.length, 5);
  for (const count of [1, 3]) {
    const heard: JobProgress[] = [];
    const results = await collect(app, jobs, {
      runner: runner(count),
      onProgress: (progress) => void heard.push(progress),
    });
    t.deepEqual(results, want);
    for (const { job } of told)
      t.deepEqual(
        heard.filter((progress) => progress.job === job).map(withoutTime),
        told.filter((progress) => progress.job === job).map(withoutTime),
      );
  }
  await app.close();
});

function withoutTime({ event, payload }: JobProgress): unknown {
  const { milliseconds: _, ...others } = payload as { milliseconds?: number };
  return { event, ...others };
}

test('jobs that are aborted say where they stand, and go on with the same bits', async (t) => {
  const app = newApp();
  const jobs = jobsOf(app, 6);
  const want = await collect(app, jobs);
  const controller = new AbortController();
  const directory = await mkdtemp(join(tmpdir(), 'adjoint-workers-'));
  const marker = join(directory, 'aborted');
  // Nobody gets to the end before the abort is on its way.
  const held = jobs.map((job) => ({
    ...job,
    trainer: { ...job.trainer, loggers: [{ 'accidents/waiting': { marker } } as const] },
  }));
  const broken = await collect(app, held, {
    runner: runner(2),
    signal: controller.signal,
    onProgress: ({ event, payload }) => {
      if (event !== 'epoch:end' || payload.epoch !== 1) return;
      controller.abort('enough');
      writeFileSync(marker, '');
    },
  });
  await rm(directory, { recursive: true });
  t.true(broken.length >= 1 && broken.length <= 3, `${broken.length} results`);
  const aborted = broken.filter(({ reason }) => reason === 'aborted');
  t.true(aborted.length >= 1);
  t.deepEqual([...new Set(aborted.map(({ detail }) => detail))], ['enough']);
  const rest = jobs.map((job, i) => ({ ...job, ...(broken[i]?.state && { state: broken[i].state }) }));
  t.deepEqual(await collect(app, rest, { runner: runner(2) }), want);
  await app.close();
});

test('a job that fails is reported, or ends the run, and the others are not lost', async (t) => {
  const app = newApp();
  const [first, second, third] = jobsOf(app, 3) as [Job, Job, Job];
  const failing: Job = { ...second, trainer: { ...second.trainer, loggers: ['accidents/failing'] } };
  const misspelt: Job = { ...second, trainer: { ...second.trainer, loss: 'crossEntropie' as never } };
  const jobs = [first, failing, misspelt, third];
  for (const options of [{}, { runner: runner(2) }]) {
    const results = await collect(app, jobs, { ...options, onFailure: 'yield' });
    t.deepEqual(
      results.map(({ reason }) => reason),
      ['completed', 'failed', 'failed', 'completed'],
    );
    t.is((results[1]!.error as Error).message, 'out of luck');
    t.like(results[2]!.error, { code: 'EXTENSION_UNKNOWN' });
    await t.throwsAsync(collect(app, jobs, options), { message: 'out of luck' });
  }
  await app.close();
});

test('a worker that ends does not lose the others: its job is tried again, then reported', async (t) => {
  const app = newApp();
  const directory = await mkdtemp(join(tmpdir(), 'adjoint-workers-'));
  const marker = join(directory, 'ended');
  const jobs = jobsOf(app, 4);
  const want = await collect(app, jobs);
  const ending = (always: boolean): Job[] =>
    jobs.map((job, i) =>
      i === 1 ? { ...job, trainer: { ...job.trainer, loggers: [{ 'accidents/ending': { marker, always } }] } } : job,
    );
  t.deepEqual(await collect(app, ending(false), { runner: runner(2) }), want);
  const results = await collect(app, ending(true), { runner: runner(2), onFailure: 'yield' });
  t.like(results[1]!.error, { code: 'WORKER_LOST' });
  t.deepEqual(
    [0, 2, 3].map((i) => results[i]),
    [0, 2, 3].map((i) => want[i]),
  );
  await rm(directory, { recursive: true });
  await app.close();
});

test('what cannot be sent is named', async (t) => {
  const app = newApp();
  const [job] = jobsOf(app, 1) as [Job];
  const options = { runner: runner(1) };
  const data = { ...halves(), batch: (indices: Int32Array) => halves().batch(indices) };
  delete (data as { whole?: unknown }).whole;
  await t.throwsAsync(collect(app, [{ ...job, train: { data } }], options), {
    code: 'OPTIONS_INVALID',
    message: /no registered name.*dataset\(\) of @adjoint\/data/,
  });
  const schedule = { constant: { factor: () => 1 } } as never;
  await t.throwsAsync(collect(app, [{ ...job, trainer: { ...job.trainer, schedule } }], options), {
    code: 'OPTIONS_INVALID',
    message: /the option 'schedule' of its trainer/,
  });
  await t.throwsAsync(collect(app, [job], { ...options, onTrainer: () => undefined }), { code: 'OPTIONS_INVALID' });
  t.throws(() => app.run([], { runner: { workers: { plugins: ['./nowhere.js'], from: import.meta.url } } }), {
    code: 'FILE_UNREADABLE',
    message: /nowhere/,
  });
  await app.close();
});

test('a worker without a plugin that a job names says which modules it has', async (t) => {
  const app = newApp();
  const [job] = jobsOf(app, 1) as [Job];
  const small = { workers: { plugins: ['adjoint'], from: import.meta.url, count: 1 } };
  await t.throwsAsync(collect(app, [job], { runner: small }), {
    code: 'EXTENSION_UNKNOWN',
    message: /accidents\/halves.*has the plugins of 'adjoint'/s,
  });
  await app.close();
});

test('members that do not depend on each other are trained in threads, with the same bits', async (t) => {
  const pair = defineEnsemble({
    options: object({}),
    create: () => ({
      fit: async ({ trainAll }) => ({
        members: await trainAll([{}, {}, {}], { weights: [1, 2, 3] }),
        combine: 'softVote',
      }),
    }),
  });
  const plugin = definePlugin({ name: '@pair/plugin', version: '1.0.0', ensemble: { 'pair/three': pair } });
  const app = newApp().use(plugin);
  const fit = async (options: { readonly runner?: ReturnType<typeof runner> }): Promise<readonly JobResult[]> => {
    const model = app.sequential({ input: [2] }, [{ dense: { units: 4 } }, 'relu', { dense: { units: 2 } }]);
    const trainer = { loss: 'crossEntropy', optimizer: 'adam' } as const;
    const ensemble = app.ensemble(model, { strategy: 'pair/three' as never, trainer, seed: 5, ...options });
    const heard: number[] = [];
    ensemble.on('ensemble:member', ({ index, count, weight }) => heard.push(index, count ?? 0, weight));
    const told: string[][] = [[], [], []];
    const members = await ensemble.fit(halves(), {
      epochs: 2,
      batchSize: 16,
      onProgress: ({ job, count, event }) => void told[job]!.push(`${event} of ${count}`),
    });
    const events = ['fit:start', 'epoch:end', 'epoch:end', 'fit:end'].map((event) => `${event} of 3`);
    t.deepEqual(told, [events, events, events]);
    t.deepEqual(heard, [0, 3, 1, 1, 3, 2, 2, 3, 3]);
    t.deepEqual((await ensemble.predict([[0, 1]])).shape, [1, 2]);
    return members;
  };
  t.deepEqual(await fit({ runner: runner(2) }), await fit({}));
  await app.close();
});
