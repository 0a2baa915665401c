import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { build } from 'esbuild';
import { wasm } from '@adjoint/backend-wasm';
import { convLayers } from '@adjoint/conv-layers';
import { createApp } from '@adjoint/core';
import { layers } from '@adjoint/layers';
import { hasBrowser, launchBrowser } from '@adjoint/test-browser';
import { compileStandalone } from '../src/index.js';

// A page that predicts from a file, under a Content-Security-Policy that allows no more than WebAssembly.

const program = `import { loadStandalone } from '@adjoint/standalone';
  const file = await (await fetch('model.safetensors')).arrayBuffer();
  const model = await loadStandalone(file);
  const { data } = await model.predict(Uint8Array.from({ length: 128 }, (_, i) => i));
  document.title = JSON.stringify([...data]);`;

(hasBrowser ? test : test.skip)('a page predicts what the library predicts', async (t) => {
  const app = createApp({ plugins: [layers, convLayers, wasm], backend: { wasm: { portable: true, threads: 1 } } });
  t.teardown(() => app.close());
  const model = app.sequential({ input: [1, 8, 8] }, [
    { conv2d: { filters: 4, kernel: 3 } },
    'tanh',
    'flatten',
    { dense: { units: 3 } },
  ]);
  const { outputFiles } = await build({
    stdin: { contents: program, resolveDir: fileURLToPath(new URL('.', import.meta.url)) },
    bundle: true,
    format: 'esm',
    write: false,
  });
  const [script] = outputFiles;
  const files: Readonly<Record<string, readonly [string, string | Uint8Array]>> = {
    '/': ['text/html', '<!doctype html><script type="module" src="page.js"></script>'],
    '/page.js': ['text/javascript', script!.text],
    '/model.safetensors': ['application/octet-stream', await compileStandalone(app, model)],
  };
  const server: Server = createServer(({ url = '' }, response) => {
    const [type, body] = files[url] ?? ['text/plain', ''];
    response.setHeader('content-security-policy', "script-src 'self' 'wasm-unsafe-eval'");
    response.setHeader('content-type', type).end(body);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  t.teardown(() => server.close());
  const browser = await launchBrowser();
  t.teardown(() => browser.close());
  const page = await browser.newPage();
  const failures: string[] = [];
  page.on('pageerror', (error) => failures.push(String(error)));
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await page.waitForFunction(() => document.title !== '').catch(() => undefined);
  t.deepEqual(failures, []);
  const examples = Uint8Array.from({ length: 128 }, (_, i) => i);
  const { data } = await model.predict(examples, { batchSize: 1 });
  t.deepEqual(JSON.parse(await page.title()), [...data]);
});
