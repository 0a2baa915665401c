import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import { Engine, hostTensor } from '@adjoint/core';
import { WasmBackend } from '../../src/index.js';

test('two engines share a backend: while one hands code to the threads, the other runs programs on them', async (t) => {
  const backend = new WasmBackend({ threads: 3 });
  const [running, compiling] = [new Engine(backend), new Engine(backend)];
  t.teardown(() => running.close());
  const matrix = (rows: number) =>
    hostTensor(
      Float32Array.from({ length: rows * 300 }, (_, i) => Math.sin(i)),
      [rows, 300],
    );
  const gram = (engine: Engine) => engine.trace(([x]) => [x!.matmul(x!.transpose()).tanh().sum(0)]);
  const run = gram(running);
  const compile = gram(compiling);
  const [expected] = await run.call([matrix(200)]);
  const isCompiled = { value: false };
  const all = (async () => {
    for (let rows = 150; rows < 200; rows++) await compile.call([matrix(rows)]);
    isCompiled.value = true;
  })();
  let runs = 0;
  for (; !isCompiled.value; runs++) {
    const [again] = await run.call([matrix(200)]);
    t.deepEqual(again!.data, expected!.data);
    // Lets the threads' answers in.
    await setImmediate();
  }
  await all;
  t.true(runs > 1);
  t.is(backend.threads, 3);
});
