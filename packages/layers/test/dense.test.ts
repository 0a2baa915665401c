import test from 'ava';
import { createApp, gradients } from '@adjoint/core';
import { applyLayer, near } from '@adjoint/reference-values';
import { layers } from '../src/index.js';

// y = x·Wᵀ + b with W of shape [units, inputs], so ∂Σ(c·y)/∂x = c·W, ∂/∂W = cᵀ·x, ∂/∂b = Σ over the batch of c.

test('dense is x·Wᵀ + b, with the gradients of a linear map', async (t) => {
  const app = createApp({ plugins: [layers], backend: 'reference' });
  const tensor = (rows: number[][]) => app.tensor(rows, undefined, 'float64');
  const x = tensor([
    [1, 2],
    [3, -4],
  ]);
  const weight = tensor([
    [1, -1],
    [0.5, 2],
    [0, 3],
  ]);
  const bias = app.tensor([0.25, -0.5, 1], undefined, 'float64');
  const { output } = applyLayer(app, { dense: { units: 3 } }, [x], { values: { weight, bias } });
  near(t, await output.read(), [
    [-0.75, 4, 7],
    [7.25, -7, -11],
  ]);

  const c = tensor([
    [1, 0, 2],
    [-1, 3, 0],
  ]);
  const [byX, byWeight, byBias] = gradients(output, [x, weight, bias], c);
  near(t, await byX!.read(), [
    [1, 5],
    [0.5, 7],
  ]);
  near(t, await byWeight!.read(), [
    [-2, 6],
    [9, -12],
    [2, 4],
  ]);
  near(t, await byBias!.read(), [0, 3, 2]);
  await app.close();
});

test('dense works on the last axis of larger examples, and without a bias', async (t) => {
  const app = createApp({ plugins: [layers], backend: 'reference' });
  const x = app.tensor(
    Float64Array.from({ length: 12 }, (_, i) => i),
    [2, 3, 2],
  );
  const values = { weight: app.tensor([[1, 10]], undefined, 'float64') };
  const { output } = applyLayer(app, { dense: { units: 1, bias: false } }, [x], { values });
  near(t, await output.read(), [
    [[10], [32], [54]],
    [[76], [98], [120]],
  ]);
  await app.close();
});

test('the weight starts uniformly in ±1/√inputs, as does the bias', async (t) => {
  const app = createApp({ plugins: [layers], backend: 'reference' });
  const weights = await app.sequential({ input: [400], seed: 3 }, [{ dense: { units: 50 } }]).weights();
  const weight = weights.get('dense/weight')!;
  t.deepEqual(weight.shape, [50, 400]);
  const bound = 1 / 20;
  for (const { data } of weights.values()) t.true(data.every((w) => Math.abs(w) <= bound));
  // The variance of U(−a, a) is a²/3; its estimate from n values deviates by about a²/3·√(0.8/n).
  const variance = Array.from(weight.data).reduce((sum, w) => sum + w * w, 0) / weight.data.length;
  t.true(Math.abs(variance / (bound ** 2 / 3) - 1) < 5 * Math.sqrt(0.8 / weight.data.length));
  await app.close();
});
