import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createApp } from 'adjoint';
import { split } from 'adjoint/data';
import { digits } from 'adjoint/data/node';
import { digitsNetwork } from './digits-network.js';

test('the network learns to read digits', async () => {
  const app = createApp();
  const [train, held] = split(await digits(), [0.8, 0.2], { seed: 1 });
  const trainer = digitsNetwork(app);
  await trainer.fit(train, { epochs: 3, batchSize: 32 });
  const { accuracy = 0 } = await trainer.evaluate(held);
  assert.ok(accuracy > 0.8, `accuracy ${accuracy}`);
  await app.close();
});
