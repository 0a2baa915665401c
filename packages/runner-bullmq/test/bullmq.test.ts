import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Job, JobProgress } from 'adjoint';
import anyTest, { type TestFn } from 'ava';
import { collect, jobsOf, newApp } from './jobs.js';
import { hasRedis, kill, RedisServer, saying, startWorker, workerCommand } from './redis.js';

const test = anyTest as TestFn<{ redis: RedisServer; workers: ChildProcess[] }>;
const withRedis = hasRedis ? test.serial : test.serial.skip;

test.before(async (t) => {
  if (!hasRedis) return;
  const redis = await RedisServer.start();
  t.context = { redis, workers: [await startWorker(redis.url), await startWorker(redis.url)] };
});

test.after.always(async (t) => {
  if (!hasRedis) return;
  await Promise.all(t.context.workers.map(kill));
  await t.context.redis.end();
});

const through = ({ url }: RedisServer, options: { ahead?: number; run?: string } = {}) =>
  ({ bullmq: { redis: url, ahead: 8, ...options } }) as const;

withRedis('jobs have the same results through a queue with two workers, in their order', async (t) => {
  const app = newApp();
  const jobs = jobsOf(app, 8);
  const told: JobProgress[] = [];
  const results = await collect(app, jobs, {
    runner: through(t.context.redis),
    onProgress: (progress) => void told.push(progress),
  });
  t.deepEqual(results, await collect(app, jobs));
  for (const job of jobs.keys())
    t.deepEqual(
      told.filter((progress) => progress.job === job).map(({ event }) => event),
      ['fit:start', 'epoch:end', 'epoch:end', 'fit:end'],
    );
  await app.close();
});

withRedis('a worker that is killed loses no job', async (t) => {
  const app = newApp();
  const jobs = jobsOf(app, 6, 200);
  let killed: Promise<unknown> | undefined;
  const victim = await startWorker(t.context.redis.url);
  const results = await collect(app, jobs, {
    runner: through(t.context.redis),
    onProgress: ({ event }) => {
      if (event === 'epoch:end') killed ??= kill(victim);
    },
  });
  await killed;
  t.deepEqual(results, await collect(app, jobs));
  await app.close();
});

withRedis('a Redis that is killed and comes back loses no job', async (t) => {
  const { redis } = t.context;
  const app = newApp();
  const jobs = jobsOf(app, 6, 250);
  let restarted: Promise<void> | undefined;
  const results = await collect(app, jobs, {
    runner: through(redis),
    onProgress: ({ event }) => {
      if (event === 'epoch:end') restarted ??= redis.kill().then(() => redis.begin());
    },
  });
  t.truthy(restarted);
  await restarted;
  t.deepEqual(results, await collect(app, jobs));
  await app.close();
});

withRedis(
  'a job that fails is tried, then reported; one that names what is not there is not tried again',
  async (t) => {
    const app = newApp();
    const [first, second, third] = jobsOf(app, 3) as [Job, Job, Job];
    const jobs = [
      { ...first, trainer: { ...first.trainer, loggers: ['parts/failing'] } },
      { ...second, trainer: { ...second.trainer, loss: 'crossEntropie' } },
      third,
    ] as Job[];
    const results = await collect(app, jobs, { runner: through(t.context.redis), onFailure: 'yield' });
    t.deepEqual(
      results.map(({ reason }) => reason),
      ['failed', 'failed', 'completed'],
    );
    t.is((results[0]!.error as Error).message, 'out of luck');
    t.like(results[1]!.error, { code: 'EXTENSION_UNKNOWN' });
    await t.throwsAsync(collect(app, jobs, { runner: through(t.context.redis) }), { message: 'out of luck' });
    await app.close();
  },
);

withRedis('a program that is killed and started again loses no finished job', async (t) => {
  const { redis } = t.context;
  const program = spawn(process.execPath, [fileURLToPath(new URL('program.js', import.meta.url)), redis.url, '5']);
  await saying(program, 'got 1');
  await kill(program);
  const app = newApp();
  const jobs = jobsOf(app, 5, 100);
  const told = new Set<number>();
  const runner = through(redis, { run: 'killed' });
  const results = await collect(app, jobs, { runner, onProgress: ({ job }) => void told.add(job) });
  t.deepEqual(results, await collect(app, jobs));
  t.false(told.has(0) || told.has(1), 'what is finished is not run again');
  await app.close();
});

withRedis('where no Redis answers, that is said', async (t) => {
  const app = newApp();
  const runner = { bullmq: { redis: 'redis://user:secret@127.0.0.1:1' } } as const;
  const error = await t.throwsAsync(collect(app, jobsOf(app, 1), { runner }), { code: 'FILE_UNREADABLE' });
  t.regex(error!.message, /no Redis answers at redis:\/\/127\.0\.0\.1:1 .*ECONNREFUSED/);
  await app.close();
});

withRedis('the command says what is wrong with it', (t) => {
  const run = (...options: string[]): string =>
    spawnSync(process.execPath, [workerCommand, ...options], { encoding: 'utf8' }).stderr;
  t.regex(run(), /where Redis is.*--redis URL/s);
  t.regex(run('--redis', 'redis://127.0.0.1:1', '--count', '1.5'), /--count is '1.5'; give a whole number/);
  t.regex(run('--redis', 'redis://127.0.0.1:1', '--plugins', './nowhere.js'), /'.\/nowhere.js' is not found/);
  t.regex(run('--rediss', 'x'), /--rediss/);
});

withRedis('jobs that are cancelled say where they stand, and go on with the same bits', async (t) => {
  const app = newApp();
  const jobs = jobsOf(app, 5, 150);
  const controller = new AbortController();
  const broken = await collect(app, jobs, {
    runner: through(t.context.redis, { ahead: 4 }),
    signal: controller.signal,
    onProgress: ({ event }) => event === 'epoch:end' && controller.abort('enough'),
  });
  t.true(broken.some(({ reason, detail }) => reason === 'aborted' && detail === 'enough'));
  const rest = jobs.map((job, i) => ({ ...job, ...(broken[i]?.state && { state: broken[i].state }) }));
  t.deepEqual(await collect(app, rest, { runner: through(t.context.redis) }), await collect(app, jobs));
  await app.close();
});

withRedis('a run that is started again under its name finds what is finished, without a worker', async (t) => {
  const [first, second] = [newApp(), newApp()];
  const jobs = jobsOf(first, 3);
  const runner = through(t.context.redis, { run: 'three' });
  const results = await collect(first, jobs, { runner });
  await first.close();
  await Promise.all(t.context.workers.map(kill));
  t.deepEqual(await collect(second, jobs, { runner }), results);
  await second.close();
});
