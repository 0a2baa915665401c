import test from 'ava';
import { dataset } from '@adjoint/data';
import { createApp } from '../src/index.js';

test('after an app is closed, all that would compute says so', async (t) => {
  const app = createApp({ backend: 'reference' });
  const array = { data: Float32Array.of(1, 2), shape: [2, 1] };
  const data = dataset({ inputs: array, targets: array });
  const model = app.sequential({ input: [1] }, [{ dense: { units: 1 } }]);
  const trainer = app.trainer(model, { loss: 'meanSquaredError', optimizer: 'sgd' });
  const weights = await model.weights();
  const state = await trainer.state();
  const pending = app.tensor([1]).add(1);
  await app.close();
  const calls: readonly (() => unknown)[] = [
    () => model.load(weights),
    () => model.predict([[1]]),
    () => model.weights(),
    () => trainer.fit(data, { epochs: 1, batchSize: 1 }),
    () => trainer.evaluate(data),
    () => trainer.restore(state),
    () => pending.item(),
    () => app.variable(1),
    () => app.sequential({ input: [1] }, [{ dense: { units: 1 } }]),
    () => app.use(createApp().registry.plugins()[0]!),
  ];
  for (const call of calls) await t.throwsAsync(async () => call(), { code: 'APP_CLOSED' }, String(call));
});
