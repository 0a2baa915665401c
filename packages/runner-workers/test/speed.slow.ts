import { loadavg } from 'node:os';
import { createApp, type App, type Job, type JobResult, type RunOptions } from 'adjoint';
import { digits } from '@adjoint/data/node';
import test from 'ava';
import { workers } from '../src/index.js';

const members = Number(process.env['ADJOINT_COUNT'] ?? 8);
const rounds = 3;

interface Measured {
  readonly results: readonly JobResult[];
  readonly seconds: number;
  /** Of all threads of this process. */
  readonly processor: number;
}

// Time decides no test: what is measured is logged, with what else the machine had to do. Each way comes once in a round, so
// that what slows the machine down slows all of them; a job takes two seconds and more, as real members do.
test.serial(`${members} members have the same bits on 2 workers as in-process, in less time`, async (t) => {
  t.timeout(3_600_000);
  const apart = { workers: { plugins: ['adjoint'], from: import.meta.url, count: 2 } } as const;
  const data = await digits();
  const pooled = createApp({ plugins: [workers] });
  const ways: Record<string, readonly [App, RunOptions]> = {
    'in-process': [createApp(), {}],
    'in-process, 1 thread': [createApp({ backend: { wasm: { threads: 1 } } }), {}],
    '2 workers': [pooled, { runner: apart }],
  };
  const { composition } = pooled.sequential({ input: [1, 8, 8] }, [
    { conv2d: { filters: 16, kernel: 3, padding: 'same' } },
    'relu',
    { maxPool2d: { size: 2 } },
    'flatten',
    { dense: { units: 64 } },
    'relu',
    { dense: { units: 10 } },
  ]);
  const jobsOf = (count: number, epochs: number): Job[] =>
    Array.from({ length: count }, (_, seed) => ({
      composition,
      seed,
      trainer: { loss: 'crossEntropy', optimizer: 'adam', metrics: ['accuracy'] },
      fit: { epochs, batchSize: 32 },
      train: { data },
    }));
  const measure = async ([app, options]: readonly [App, RunOptions], jobs: readonly Job[]): Promise<Measured> => {
    const cpu = process.cpuUsage();
    const before = performance.now();
    const results: JobResult[] = [];
    for await (const result of app.run(jobs, options)) results.push(result);
    const seconds = (performance.now() - before) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    return { results, seconds, processor: (user + system) / 1e6 };
  };
  // Starts the workers, and compiles everywhere.
  for (const [name, way] of Object.entries(ways)) {
    const { seconds, processor } = await measure(way, jobsOf(2, 1));
    t.log(
      `${name}, the first 2 jobs of one epoch: ${seconds.toFixed(2)} s, ${processor.toFixed(2)} s of processor time`,
    );
  }
  const jobs = jobsOf(members, 72);
  let want: readonly JobResult[] | undefined;
  for (let round = 1; round <= rounds; round++) {
    const measured: [name: string, Measured][] = [];
    for (const [name, way] of Object.entries(ways)) {
      const found = await measure(way, jobs);
      t.deepEqual(found.results, (want ??= found.results), name);
      measured.push([name, found]);
    }
    const apartOnes = measured.at(-1)![1];
    for (const [name, { seconds, processor }] of measured) {
      const ratios = `${(seconds / apartOnes.seconds).toFixed(2)} × the time of 2 workers, ${(processor / apartOnes.processor).toFixed(2)} × their processor time`;
      t.log(`${name}: ${seconds.toFixed(1)} s, ${processor.toFixed(1)} s of processor time: ${ratios}`);
    }
    t.log(`load ${loadavg()[0]!.toFixed(1)}`);
  }
  await Promise.all(Object.values(ways).map(([app]) => app.close()));
});
