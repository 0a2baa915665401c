import test from 'ava';
import type { Choice } from '@adjoint/core';
import { testLayer, testOptimizer, testPlugin, testRegularizer, type LayerSample } from '@adjoint/core/testing';
import { createApp } from '../src/index.js';

// Everything that is built in keeps the contract of its kind, on the default backend.

const layers: readonly Omit<LayerSample, 'app'>[] = [
  { layer: { dense: { units: 3 } }, inputs: [[4]] },
  { layer: { dense: { units: 2, bias: false } }, inputs: [[2, 3]] },
  { layer: 'flatten', inputs: [[2, 3]] },
  { layer: { reshape: { shape: [3, 2] } }, inputs: [[6]] },
  { layer: { dropout: { rate: 0.4 } }, inputs: [[5]] },
  { layer: 'batchNorm', inputs: [[2, 3]] },
  { layer: 'relu', inputs: [[4]] },
  { layer: 'sigmoid', inputs: [[4]] },
  { layer: 'tanh', inputs: [[4]] },
  { layer: 'softmax', inputs: [[4]] },
  { layer: 'add', inputs: [[3], [3], [3]] },
  { layer: 'concatenate', inputs: [[2], [3]] },
  { layer: { residual: { layers: [{ dense: { units: 3 } }, 'tanh', { dense: { units: 3 } }] } }, inputs: [[3]] },
  { layer: { repeat: { layer: { dense: { units: 3 } }, times: 2 } }, inputs: [[2]] },
  { layer: { timeDistributed: { layer: 'batchNorm' } }, inputs: [[4, 2]] },
  {
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
  },
  { layer: { conv: { filters: 2, kernel: [2, 3] } }, inputs: [[1, 3, 4]] },
  { layer: { conv1d: { filters: 2, kernel: 3, stride: 2, padding: 'same' } }, inputs: [[2, 6]] },
  { layer: { conv2d: { filters: 2, kernel: 2, groups: 2 } }, inputs: [[2, 3, 3]] },
  { layer: { conv3d: { filters: 1, kernel: 2 } }, inputs: [[1, 2, 2, 3]] },
  { layer: { maxPool: { size: [2] } }, inputs: [[1, 5]] },
  { layer: { maxPool1d: { size: 2 } }, inputs: [[2, 5]] },
  { layer: { maxPool2d: { size: 2 } }, inputs: [[2, 4, 4]] },
  { layer: { maxPool3d: { size: 2 } }, inputs: [[1, 2, 2, 4]] },
  { layer: { averagePool: { size: [2] } }, inputs: [[1, 5]] },
  { layer: { averagePool1d: { size: 2 } }, inputs: [[2, 5]] },
  { layer: { averagePool2d: { size: 2 } }, inputs: [[2, 4, 4]] },
  { layer: { averagePool3d: { size: 2 } }, inputs: [[1, 2, 2, 4]] },
];

const app = (): ReturnType<typeof createApp> => createApp();

for (const sample of layers) testLayer(test, { app, ...sample });

test('every layer has a sample', (t) => {
  const sampled = new Set(layers.map(({ layer }) => (typeof layer === 'string' ? layer : Object.keys(layer)[0])));
  t.deepEqual(
    app()
      .registry.names('layer')
      .filter((name) => !sampled.has(name)),
    [],
  );
});

for (const optimizer of app().registry.names('optimizer'))
  testOptimizer(test, { app, optimizer: optimizer as Choice<'optimizer'> });

for (const regularizer of app().registry.names('regularizer'))
  testRegularizer(test, { app, regularizer: regularizer as Choice<'regularizer'> });

for (const plugin of app()
  .registry.plugins()
  .filter(({ name }) => !name.startsWith('@adjoint/core')))
  testPlugin(test, { plugin });
