import test from 'ava';
import { createApp, RandomSource, type HookContext } from '@adjoint/core';
import { hostStepAt } from '@adjoint/core/testing';
import { hookContext, hooksOf } from '@adjoint/reference-values';
import { regularizers } from '../src/index.js';

/** What mixup asks the host to compute before each step, by name. */
async function drawsOf(alpha: number, batchSize: number) {
  const app = createApp({ plugins: [regularizers], backend: 'reference' });
  const context = hookContext(2, 'float32');
  const scalars = new Map<string, Parameters<HookContext['scalar']>[1]>();
  const inputs = new Map<string, Parameters<HookContext['input']>[2]>();
  hooksOf(app, { mixup: { alpha } }).batch!(
    {
      inputs: [app.tensor(new Float32Array(batchSize), [batchSize, 1])],
      targets: [app.tensor(new Int32Array(batchSize))],
    },
    {
      ...context,
      scalar(name, compute) {
        scalars.set(name, compute);
        return context.scalar(name, compute);
      },
      input(name, type, compute) {
        inputs.set(name, compute);
        return context.input(name, type, compute);
      },
    },
  );
  await app.close();
  return { lambda: scalars.get('lambda')!, permutation: inputs.get('permutation')! };
}

for (const alpha of [0.2, 1, 2.5]) {
  test(`λ has the mean and the variance of Beta(${alpha}, ${alpha})`, async (t) => {
    const { lambda } = await drawsOf(alpha, 4);
    const random = new RandomSource(11);
    const draws = Array.from({ length: 20_000 }, (_, step) => lambda(hostStepAt(step, { random })));
    t.true(draws.every((draw) => draw >= 0 && draw <= 1));

    const variance = 1 / (4 * (2 * alpha + 1));
    const centred = draws.map((draw) => draw - 0.5);
    // Five standard errors are allowed. Since |λ − ½| ≤ ½, the variance of its square is at most 1/16.
    const mean = centred.reduce((sum, x) => sum + x, 0) / draws.length;
    t.true(Math.abs(mean) < 5 * Math.sqrt(variance / draws.length), `the mean is off by ${mean}`);
    const square = centred.reduce((sum, x) => sum + x * x, 0) / draws.length;
    t.true(Math.abs(square - variance) < 5 * Math.sqrt(1 / 16 / draws.length), `the variance is ${square}`);
  });
}

test('each example gets one partner of its batch', async (t) => {
  const { permutation } = await drawsOf(0.2, 6);
  const random = new RandomSource(2);
  const orders = Array.from({ length: 20 }, (_, step) => [...permutation(hostStepAt(step, { random }))]);
  for (const order of orders) t.deepEqual(order.toSorted(), [0, 1, 2, 3, 4, 5]);
  t.true(new Set(orders.map(String)).size > 15);
});
