import { availableParallelism, startNodeWorker } from './node/node-threads.js';

/** Threads that can run at once. */
export function availableThreads(): number {
  return availableParallelism() ?? navigator.hardwareConcurrency;
}

/** A thread that answers each message with one of its own. It keeps no process alive. */
export interface WorkerThread {
  /** Sends a message and waits for the answer; rejects if the thread fails. */
  ask(message: unknown): Promise<void>;
  terminate(): void;
}

/** Starts a worker, of Node or of the browser, that runs `source` and gets `introduction` as its first message. */
export function startWorker(source: string, introduction: unknown): WorkerThread {
  return startNodeWorker(source, introduction) ?? startWebWorker(source, introduction);
}

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
    terminate: () => worker.terminate(),
  };
}
