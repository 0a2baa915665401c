import test from 'ava';
import { createApp, type Choice } from '@adjoint/core';
import { applyLayer, near } from '@adjoint/reference-values';
import { convLayers } from '../src/index.js';

test('windows stand side by side unless a stride is given', async (t) => {
  const app = createApp({ plugins: [convLayers], backend: 'reference' });
  const x = app.tensor([[[1, 5, 2, 8, 3, 4, 9]]]);
  const pool = (layer: Choice<'layer'>) => applyLayer(app, layer, [x]).output.read();
  near(t, await pool({ maxPool1d: { size: 2 } }), [[[5, 8, 4]]]);
  near(t, await pool({ averagePool1d: { size: 2 } }), [[[3, 5, 3.5]]]);
  near(t, await pool({ maxPool1d: { size: 2, stride: 3 } }), [[[5, 8]]]);
  await app.close();
});

test('padding never wins a maximum, and counts in an average if asked', async (t) => {
  const app = createApp({ plugins: [convLayers], backend: 'reference' });
  const x = app.tensor([[[-4, -2, -6]]]);
  const pool = (layer: Choice<'layer'>) => applyLayer(app, layer, [x]).output.read();
  const window = { size: 3, stride: 2, padding: 1 };
  near(t, await pool({ maxPool1d: window }), [[[-2, -2]]]);
  near(t, await pool({ averagePool1d: window }), [[[-2, -8 / 3]]]);
  near(t, await pool({ averagePool1d: { ...window, countPadding: false } }), [[[-3, -4]]]);
  await app.close();
});
