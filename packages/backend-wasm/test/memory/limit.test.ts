import { createApp, Engine } from '@adjoint/core';
import test from 'ava';
import { wasm, WasmBackend } from '../../src/index.js';

test('memory ends at the limit that was chosen, with an error that says what was asked for and is held', async (t) => {
  for (const threads of [1, 2]) {
    const engine = new Engine(new WasmBackend({ threads, maxMegabytes: 8 }));
    const small = engine.variable(new Float32Array(1 << 20).fill(2));
    t.is((await small.read()).data[9], 2);
    const large = engine.variable(new Float32Array(2 << 20));
    await t.throwsAsync(large.read(), { code: 'OUT_OF_MEMORY', message: /no 8 MiB .*holds 4 MiB/ });
    t.is((await small.read()).data[9], 2);
    engine.close();
  }
});

test('more than 32 bits can address is refused, and so is memory that the engine does not reserve', (t) => {
  const app = createApp({ plugins: [wasm], backend: { wasm: { maxMegabytes: 5000 } } });
  t.throws(() => app.engine, { code: 'OPTIONS_INVALID', message: /maxMegabytes/ });
  t.throws(() => new WasmBackend({ maxMegabytes: 5000 }), {
    code: 'BACKEND_MISSING',
    message: /5000 MiB of addresses/,
  });
});
