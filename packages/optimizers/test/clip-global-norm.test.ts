import test from 'ava';
import { createApp, type App, type Tensor } from '@adjoint/core';
import { contextAt } from '@adjoint/core/testing';
import { near } from '@adjoint/reference-values';
import { optimizers } from '../src/index.js';

function clip(app: App, max: number, gradients: readonly Tensor[]): readonly Tensor[] {
  return app.registry.create('gradientTransform', { clipGlobalNorm: { max } }).update(gradients, {
    ...contextAt(0),
    parameters: [],
    slots: {},
    learningRate: app.tensor(1),
  }).gradients;
}

test('gradients whose squares overflow, or vanish, are scaled to the bound, and none stay none', async (t) => {
  const app = createApp({ plugins: [optimizers], backend: 'reference' });
  for (const size of [2e30, 3e38, 1e-30]) {
    const bound = size < 1 ? 1e-36 : 1;
    const [first, second] = clip(app, bound, [app.tensor([0.6 * size]), app.tensor([-0.8 * size])]);
    // 10⁻⁶ is added to the norm, so that small gradients are not blown up.
    const factor = bound / (size + 1e-6);
    near(t, await first!.mul(1 / bound).read(), [(0.6 * size * factor) / bound], 1e-6);
    near(t, await second!.mul(1 / bound).read(), [(-0.8 * size * factor) / bound], 1e-6);
  }
  t.deepEqual(clip(app, 1, []), []);
  await app.close();
});
