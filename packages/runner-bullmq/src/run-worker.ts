import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { QueueWorker, type QueueWorkerOptions } from './queue-worker.js';

/**
 * Takes jobs from a queue until the program is told to end: Ctrl-C lets the jobs finish that run, a second one does not.
 * Modules of plugins are looked for from the current directory. Returns once jobs are taken.
 */
export async function runWorker(options: Omit<QueueWorkerOptions, 'from'>): Promise<void> {
  const worker = new QueueWorker({ ...options, from: pathToFileURL(resolve('worker.js')).href });
  let isEnding = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      if (isEnding) process.exit(1);
      isEnding = true;
      void worker.close();
    });
  await worker.ready();
  console.log('adjoint-worker: ready');
}
