import { createApp, type App, type Job, type JobResult, type RunOptions } from 'adjoint';
import { bullmq } from '../src/index.js';
import { circle, parts } from './parts.js';

export const newApp = (): App => createApp({ plugins: [bullmq, parts], backend: { wasm: { threads: 1 } } });

export function jobsOf(app: App, count: number, milliseconds = 0): Job[] {
  const { composition } = app.sequential({ input: [2] }, [{ dense: { units: 4 } }, 'tanh', { dense: { units: 2 } }]);
  const data = circle();
  const loggers = milliseconds > 0 ? [{ 'parts/slow': { milliseconds } } as const] : [];
  return Array.from({ length: count }, (_, seed) => ({
    composition,
    seed,
    trainer: { loss: 'crossEntropy', optimizer: 'adam', metrics: ['accuracy'], loggers },
    fit: { epochs: 2, batchSize: 16 },
    train: { data, indices: Int32Array.from({ length: 32 }, (_, i) => (i * 5 + seed) % 48) },
    validation: { data: 'parts/circle' },
  }));
}

export async function collect(app: App, jobs: Iterable<Job>, options: RunOptions = {}): Promise<JobResult[]> {
  const results: JobResult[] = [];
  for await (const result of app.run(jobs, options)) results.push(result);
  return results;
}
