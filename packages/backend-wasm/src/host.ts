/** What is used of Node's `process`, where there is one. No imports, so that bundles for browsers stay free of Node's modules. */
interface NodeProcess {
  getBuiltinModule?: {
    (name: 'node:v8'): typeof import('node:v8');
    (name: 'node:os'): typeof import('node:os');
    (name: 'node:worker_threads'): typeof import('node:worker_threads');
  };
}

const node = (globalThis as { process?: NodeProcess }).process?.getBuiltinModule;

/**
 * Node 20's V8 knows relaxed SIMD only behind a flag, which can be set at run time and then holds for the whole process.
 * Elsewhere (browsers) this does nothing.
 */
export function enableRelaxedSimd(): void {
  node?.('node:v8').setFlagsFromString('--experimental-wasm-relaxed-simd');
}

/** Threads that can run at once. */
export function availableThreads(): number {
  return node?.('node:os').availableParallelism() ?? navigator.hardwareConcurrency;
}

/** A thread that answers each message with one of its own. It keeps no process alive. */
export interface WorkerThread {
  /** Sends a message and waits for the answer; rejects if the thread fails. */
  ask(message: unknown): Promise<void>;
  terminate(): void;
}

/** Starts a worker, of Node or of the browser, that runs `source` and gets `introduction` as its first message. */
export function startWorker(source: string, introduction: unknown): WorkerThread {
  if (node) {
    const worker = new (node('node:worker_threads').Worker)(source, { eval: true, execArgv: [] });
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
          // Nobody but the worker can keep the process alive while it is waited for.
          worker.on('message', succeed).on('error', fail).on('exit', fail).ref();
          worker.postMessage(message);
        }),
      terminate: () => void worker.terminate(),
    };
  }
  const address = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
  const worker = new Worker(address);
  worker.postMessage(introduction);
  return {
    ask: (message) =>
      new Promise((resolve, reject) => {
        worker.onmessage = () => {
          URL.revokeObjectURL(address);
          resolve();
        };
        worker.onerror = ({ message }) => reject(new Error(message));
        worker.postMessage(message);
      }),
    terminate: () => worker.terminate(),
  };
}
