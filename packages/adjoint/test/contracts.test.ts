import test from 'ava';
import { testLayer, testPlugin } from '@adjoint/core/testing';
import { dataFiles } from '@adjoint/data/node';
import { fileLoggers } from '@adjoint/loggers/node';
import { createApp } from '../src/index.js';

// Everything that is built in keeps the contract of its kind, on the default backend: here with the first example of each
// name, in contracts.slow.ts with all of them.
for (const plugin of createApp().registry.plugins())
  testPlugin(test, { plugin, app: () => createApp(), examples: 'first' });
for (const plugin of [dataFiles, fileLoggers])
  testPlugin(test, { plugin, app: () => createApp({ plugins: [plugin] }), examples: 'first' });

testLayer(test, {
  app: () => createApp(),
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
