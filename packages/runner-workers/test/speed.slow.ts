import { loadavg } from 'node:os';
import { createApp, type Job, type JobResult } from 'adjoint';
import { digits } from '@adjoint/data/node';
import test from 'ava';
import { workers } from '../src/index.js';

const members = Number(process.env['ADJOINT_COUNT'] ?? 8);

// Time decides no test: what is measured is logged, with what else the machine had to do.
test.serial(`${members} members have the same bits on 2 workers as in-process, in less time`, async (t) => {
  t.timeout(1_800_000);
  const apart = { workers: { plugins: ['adjoint'], from: import.meta.url, count: 2 } } as const;
  const data = await digits();
  const apps = { 'in-process': createApp(), 'in-process, 1 thread': createApp({ backend: { wasm: { threads: 1 } } }) };
  const pooled = createApp({ plugins: [workers] });
  const { composition } = pooled.sequential({ input: [1, 8, 8] }, [
    { conv2d: { filters: 16, kernel: 3, padding: 'same' } },
    'relu',
    { maxPool2d: { size: 2 } },
    'flatten',
    { dense: { units: 64 } },
    'relu',
    { dense: { units: 10 } },
  ]);
  const jobs = Array.from({ length: members }, (_, seed): Job => ({
    composition,
    seed,
    trainer: { loss: 'crossEntropy', optimizer: 'adam', metrics: ['accuracy'] },
    fit: { epochs: 6, batchSize: 32 },
    train: { data },
  }));
  const measure = async (name: string, results: AsyncIterable<JobResult>): Promise<JobResult[]> => {
    const [load] = loadavg();
    const cpu = process.cpuUsage();
    const before = performance.now();
    const all: JobResult[] = [];
    for await (const result of results) all.push(result);
    const seconds = (performance.now() - before) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    t.log(
      `${name}: ${seconds.toFixed(2)} s, ${((user + system) / 1e6).toFixed(2)} s of processor time, load ${load?.toFixed(1)}`,
    );
    return all;
  };
  // Starts the workers and compiles everywhere.
  const want = await measure('(first) 2 workers', pooled.run(jobs, { runner: apart }));
  for (let round = 0; round < 3; round++) {
    for (const [name, app] of Object.entries(apps)) t.deepEqual(await measure(name, app.run(jobs)), want);
    t.deepEqual(await measure('2 workers', pooled.run(jobs, { runner: apart })), want);
  }
  await Promise.all([...Object.values(apps), pooled].map((app) => app.close()));
});
