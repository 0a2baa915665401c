import test from 'ava';
import { createApp, RandomSource, type RegularizerContext } from '@adjoint/core';
import { regularizers } from '../src/index.js';

type Compute = Parameters<RegularizerContext['stepInput']>[2];

/** What mixup asks the host to compute before each step, by name. */
async function hostInputsOf(alpha: number, batchSize: number): Promise<Readonly<Record<string, Compute>>> {
  const app = createApp({ plugins: [regularizers], backend: 'reference' });
  const found: Record<string, Compute> = {};
  app.registry.create('regularizer', { mixup: { alpha } }).batch!(
    {
      inputs: [app.tensor(new Float32Array(batchSize), [batchSize, 1])],
      targets: app.tensor(new Int32Array(batchSize)),
    },
    {
      outputs: 2,
      random: () => app.tensor(new Int32Array(3)),
      stepInput(name, { shape, dtype }, compute) {
        found[name] = compute;
        return app.tensor(new Int32Array(shape[0] ?? 1), shape, dtype);
      },
    },
  );
  await app.close();
  return found;
}

for (const alpha of [0.2, 1, 2.5]) {
  test(`λ has the mean and the variance of Beta(${alpha}, ${alpha})`, async (t) => {
    const { lambda } = await hostInputsOf(alpha, 4);
    const random = new RandomSource(11);
    const draws = Array.from({ length: 20_000 }, (_, step) => lambda!(step, random)[0]!);
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
  const { permutation } = await hostInputsOf(0.2, 6);
  const random = new RandomSource(2);
  const orders = Array.from({ length: 20 }, (_, step) => [...permutation!(step, random)]);
  for (const order of orders) t.deepEqual(order.toSorted(), [0, 1, 2, 3, 4, 5]);
  t.true(new Set(orders.map(String)).size > 15);
});
