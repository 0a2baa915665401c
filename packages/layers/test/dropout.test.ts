import test from 'ava';
import { createApp, gradients } from '@adjoint/core';
import { applyLayer, near } from '@adjoint/reference-values';
import { layers } from '../src/index.js';

const size = 10_000;

for (const rate of [0.1, 0.5, 0.8]) {
  test(`dropout drops a share of ${rate} and keeps the mean`, async (t) => {
    const app = createApp({ plugins: [layers], backend: 'reference' });
    const x = app.tensor(
      Float64Array.from({ length: size }, () => 3),
      [100, 100],
    );
    const { output } = applyLayer(app, { dropout: { rate } }, [x], { training: true });
    const { data } = await output.read();
    const kept = data.filter((value) => value !== 0);
    for (const value of kept) t.true(Math.abs(value - 3 / (1 - rate)) < 1e-9, `${value} is not 3/(1 − rate)`);
    // The number of dropped elements is binomial; five standard deviations are allowed.
    const dropped = 1 - kept.length / size;
    t.true(Math.abs(dropped - rate) < 5 * Math.sqrt((rate * (1 - rate)) / size), `${dropped} were dropped`);

    // What was dropped has no gradient; the rest has that of a product.
    const [gradient] = gradients(output.sum(), [x]);
    near(t, await gradient!.read(), await output.mul(1 / 3).read());
    await app.close();
  });
}

test('dropout leaves evaluation alone, and a rate of 0 or 1 needs no chance', async (t) => {
  const app = createApp({ plugins: [layers], backend: 'reference' });
  const x = app.tensor([[1, -2, 3]], undefined, 'float64');
  const run = (rate: number, training: boolean) =>
    applyLayer(app, { dropout: { rate } }, [x], { training }).output.read();
  near(t, await run(0.5, false), [[1, -2, 3]]);
  near(t, await run(0, true), [[1, -2, 3]]);
  near(t, await run(1, true), [[0, 0, 0]]);
  await app.close();
});
