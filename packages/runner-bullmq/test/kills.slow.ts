import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { RandomSource, type JobResult } from 'adjoint';
import test from 'ava';
import { jobsOf, newApp } from './jobs.js';
import { hasRedis, kill, RedisServer, startWorker } from './redis.js';

const count = Number(process.env['ADJOINT_COUNT'] ?? 10_000);
const { ADJOINT_SEED: setting } = process.env;
const seed = setting === 'random' ? Date.now() : Number(setting ?? 42);

(hasRedis ? test : test.skip)(
  `${count} jobs through a queue, whose four workers are killed every few seconds: each result is there once, as in-process`,
  async (t) => {
    t.timeout(7_200_000);
    t.log(`ADJOINT_SEED=${seed}`);
    const random = new RandomSource(seed).child('kills');
    const redis = await RedisServer.start();
    const workers: ChildProcess[] = [];
    for (let i = 0; i < 4; i++) workers.push(await startWorker(redis.url));
    const app = newApp();
    const jobs = jobsOf(app, count);
    const runner = { bullmq: { redis: redis.url, ahead: 64 } } as const;
    let isOver = false;
    let kills = 0;
    const killing = (async () => {
      for (;;) {
        await sleep(1000 + random.integer(3000));
        if (isOver) return;
        const victim = random.integer(workers.length);
        await kill(workers[victim]);
        kills++;
        workers[victim] = await startWorker(redis.url);
      }
    })();
    const results: JobResult[] = [];
    const before = performance.now();
    for await (const result of app.run(jobs, { runner })) results.push(result);
    const seconds = (performance.now() - before) / 1000;
    isOver = true;
    await killing;
    t.log(`${kills} kills; ${seconds.toFixed(1)} s, ${(count / seconds).toFixed(1)} jobs a second`);
    t.is(results.length, count);
    t.true(kills > 0);
    let number = 0;
    for await (const want of app.run(jobs)) t.deepEqual(results[number], want, `job ${number++}`);
    t.is(number, count);
    await app.close();
    await Promise.all(workers.map(kill));
    await redis.end();
  },
);
