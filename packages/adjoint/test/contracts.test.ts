import test from 'ava';
import { WasmBackend } from '@adjoint/backend-wasm';
import { defineBackend, definePlugin, type App, type Plugin } from '@adjoint/core';
import { object } from '@adjoint/core/options';
import { testLayer, testPlugin } from '@adjoint/core/testing';
import { dataFiles } from '@adjoint/data/node';
import { fileLoggers } from '@adjoint/loggers/node';
import { createApp } from '../src/index.js';

class KeptBackend extends WasmBackend {
  override close(): void {}
}

// One backend for all apps: what one has compiled, no other compiles again. Each has its own in contracts.slow.ts.
const backend = new KeptBackend();
const kept = definePlugin({
  name: '@contract/kept',
  version: '1.0.0',
  backend: { 'contract/kept': defineBackend({ options: object({}), create: () => backend }) },
});
const app = (...plugins: readonly Plugin[]): App =>
  createApp({ plugins: [kept, ...plugins], backend: 'contract/kept' as never });

// Everything that is built in keeps the contract of its kind, on the default backend: here with the first example of each
// name, in contracts.slow.ts with all of them.
for (const plugin of createApp().registry.plugins()) testPlugin(test, { plugin, app, examples: 'first' });
for (const plugin of [dataFiles, fileLoggers]) testPlugin(test, { plugin, app: () => app(plugin), examples: 'first' });

testLayer(test, {
  app,
  layer: {
    model: {
      inputs: [{ name: 'x', shape: [3], dtype: 'float32' }],
      layers: [
        { name: 'a', layer: { dense: { units: 3 } }, inputs: ['x'] },
        { name: 'drop', layer: 'dropout', inputs: ['a'] },
        { name: 'b', use: 'a', inputs: ['drop'] },
      ],
      outputs: ['drop', 'b'],
    },
  },
  inputs: [[3]],
});
