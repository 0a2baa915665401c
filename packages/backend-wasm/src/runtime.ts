import type { StartWorker, WorkerThread } from './team/worker-thread.js';
import { availableParallelism, startNodeWorker } from './node/node-threads.js';

/** Threads that can run at once. */
export function availableThreads(): number {
  return availableParallelism() ?? navigator.hardwareConcurrency;
}

/** Starts a worker of Node or of the browser. */
export const startWorker: StartWorker = (source, introduction) =>
  startNodeWorker(source, introduction) ?? startWebWorker(source, introduction);

function startWebWorker(source: string, introduction: unknown): WorkerThread {
  const address = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
  const worker = new Worker(address);
  worker.postMessage(introduction);
  return {
    ask: (message) =>
      new Promise((resolve, reject) => {
        const once = { once: true };
        worker.addEventListener('message', () => resolve(), once);
        worker.addEventListener('error', (event) => reject(new Error(event.message)), once);
        worker.postMessage(message);
      }),
    onEnd: (callback) => worker.addEventListener('error', (event) => callback(event.message), { once: true }),
    terminate: () => worker.terminate(),
  };
}
