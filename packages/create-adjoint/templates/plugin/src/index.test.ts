import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testPlugin } from '@adjoint/core/testing';
import { createApp } from 'adjoint';
import plugin from './index.js';

// Gradients against differences, saving, resuming, odd numbers: the contract of each kind, on the examples of each definition.
testPlugin(test, { plugin, app: () => createApp({ plugins: [plugin] }) });

test('the gate is x · σ(βx)', async () => {
  const app = createApp({ plugins: [plugin] });
  const model = app.sequential({ input: [2] }, [{ 'VENDOR/gate': { slope: 2 } }]);
  const { data } = await model.predict([[1, -3]]);
  assert.ok(Math.abs(data[0]! - 1 / (1 + Math.exp(-2))) < 1e-6);
  assert.ok(Math.abs(data[1]! + 3 / (1 + Math.exp(6))) < 1e-6);
  await app.close();
});
