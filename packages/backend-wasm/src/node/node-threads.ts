import type { WorkerThread } from '../team/worker-thread.js';

/** What is used of Node's `process`, where there is one. */
interface NodeProcess {
  getBuiltinModule?: {
    (name: 'node:v8'): typeof import('node:v8');
    (name: 'node:os'): typeof import('node:os');
    (name: 'node:worker_threads'): typeof import('node:worker_threads');
  };
}

/** Node's modules, undefined elsewhere. They are not imported, so that bundles for browsers stay free of them. */
const builtin = (globalThis as { process?: NodeProcess }).process?.getBuiltinModule;

/**
 * Node 20's V8 has relaxed SIMD switched off. The flag for it can be set at run time, and then holds for the whole process.
 * Elsewhere (browsers) this does nothing.
 */
export function enableRelaxedSimd(): void {
  builtin?.('node:v8').setFlagsFromString('--experimental-wasm-relaxed-simd');
}

/** Threads that can run at once; undefined outside Node. */
export function availableParallelism(): number | undefined {
  return builtin?.('node:os').availableParallelism();
}

/** See StartWorker; undefined outside Node. */
export function startNodeWorker(source: string, introduction: unknown): WorkerThread | undefined {
  if (!builtin) return undefined;
  const worker = new (builtin('node:worker_threads').Worker)(source, { eval: true, execArgv: [] });
  worker.unref();
  worker.postMessage(introduction);
  return {
    ask: (message) =>
      new Promise((resolve, reject) => {
        const settle = (finish: () => void) => (): void => {
          worker.off('message', succeed).off('error', fail).off('exit', fail).unref();
          finish();
        };
        const [succeed, fail] = [settle(resolve), settle(() => reject(new Error('the worker has ended')))];
        // While somebody waits for the answer, the worker may keep the process alive.
        worker.on('message', succeed).on('error', fail).on('exit', fail).ref();
        worker.postMessage(message);
      }),
    onEnd: (callback) =>
      void worker
        .on('error', (error) => callback(String(error)))
        .on('exit', (code) => callback(`a worker has ended with exit code ${code}`)),
    terminate: () => void worker.terminate(),
  };
}
