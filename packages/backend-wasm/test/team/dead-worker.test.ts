import { Engine, hostTensor, isAdjointError, type TracedFunction } from '@adjoint/core';
import test, { type ExecutionContext } from 'ava';
import { Worker } from 'node:worker_threads';
import { WasmBackend } from '../../src/index.js';

// The tests watch all workers, and the console.
const started = new Set<Worker>();
const { unref } = Worker.prototype;
Worker.prototype.unref = function (this: Worker) {
  started.add(this);
  unref.call(this);
};

const x = hostTensor(
  Float32Array.from({ length: 200 * 300 }, (_, i) => Math.sin(i)),
  [200, 300],
);

interface Bed {
  readonly backend: WasmBackend;
  readonly run: TracedFunction;
  readonly workers: readonly Worker[];
  /** The result as it is before anything has happened. */
  readonly before: ArrayLike<number>;
}

/** A program that runs on three threads; returns what was warned of. */
async function withThreads(t: ExecutionContext, work: (bed: Bed) => Promise<void>): Promise<string[]> {
  const warnings: string[] = [];
  const { warn } = console;
  console.warn = (text: string) => warnings.push(text);
  started.clear();
  const backend = new WasmBackend({ threads: 3 });
  const engine = new Engine(backend);
  try {
    const run = engine.trace(([input]) => [input!.matmul(input!.transpose()).tanh().sum(0)]);
    const [first] = await run.call([x]);
    t.is(started.size, 2);
    t.is(backend.threads, 3);
    await work({ backend, run, workers: [...started], before: first!.data });
  } finally {
    engine.close();
    console.warn = warn;
  }
  return warnings;
}

test.serial('a program goes on with one thread, and with the same bits, when a worker has ended', async (t) => {
  const warnings = await withThreads(t, async ({ backend, run, workers, before }) => {
    await workers[0]!.terminate();
    const [again] = await run.call([x]);
    t.deepEqual(again!.data, before);
    t.is(backend.threads, 1);
    const [other] = await run.call([x]);
    t.deepEqual(other!.data, before);
  });
  t.is(warnings.length, 1);
  t.regex(warnings[0]!, /goes on with one thread: a worker has ended/);
});

test.serial(
  'a worker that ends while a program runs is an error in bounded time, and then one thread goes on',
  async (t) => {
    const warnings = await withThreads(t, async ({ backend, run, workers, before }) => {
      // Nobody is told before the program has begun.
      void workers[1]!.terminate();
      const error: unknown = await run.call([x]).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      if (error !== undefined) t.true(isAdjointError(error) && /thread .* has ended/.test(error.message));
      const [again] = await run.call([x]);
      t.deepEqual(again!.data, before);
      t.is(backend.threads, 1);
    });
    t.is(warnings.length, 1);
  },
);

test.serial('where workers cannot be started, one thread computes, and says so', async (t) => {
  const warnings: string[] = [];
  const { warn } = console;
  const { postMessage } = Worker.prototype;
  console.warn = (text: string) => warnings.push(text);
  Worker.prototype.postMessage = () => {
    throw new Error('Access to this API has been restricted');
  };
  const backend = new WasmBackend({ threads: 2 });
  const engine = new Engine(backend);
  try {
    const [y] = await engine.trace(([input]) => [input!.mul(2)]).call([x]);
    t.is(y!.data[1], Math.fround(2 * x.data[1]!));
    t.is(backend.threads, 1);
  } finally {
    engine.close();
    Worker.prototype.postMessage = postMessage;
    console.warn = warn;
  }
  t.regex(warnings.join('\n'), /goes on with one thread: .*restricted/);
});
