import test from 'ava';
import { defineBackend, definePlugin, type NamesOf, type Trainer, type TrainerOptions } from '../../src/index.js';
import { object } from '../../src/registry/options/index.js';
import { StopwatchBackend } from '../profile/stopwatch-backend.js';
import { examples, points, tinyApp } from '../tiny.js';

const stopwatch = defineBackend({ options: object({}), create: () => new StopwatchBackend((_, kernel) => kernel + 1) });

const plugin = definePlugin({ name: '@tiny/stopwatch', version: '1.0.0', backend: { 'tiny/stopwatch': stopwatch } });

declare module '../../src/index.js' {
  interface Backends extends NamesOf<typeof plugin.backend> {}
}

function makeTrainer(more: Partial<TrainerOptions> = {}): Trainer {
  const app = tinyApp({ plugins: [plugin], backend: 'tiny/stopwatch' });
  const model = app.sequential({ input: [2], seed: 1 }, [
    { 'tiny/dense': { units: 64 } },
    'tiny/relu',
    { 'tiny/dense': { units: 1 }, name: 'head' },
  ]);
  return app.trainer(model, { loss: 'tiny/squared', optimizer: 'tiny/momentum', ...more });
}

const batch = await points.batch(Int32Array.of(0, 1, 2, 3));

test('profile leaves the trainer as it was, and the same run goes on', async (t) => {
  const [profiled, other] = [makeTrainer(), makeTrainer()];
  for (const trainer of [profiled, other]) {
    trainer.on('step:end', ({ step }) => step === 1 && trainer.stop());
    await trainer.fit(points, { epochs: 1, batchSize: 4 });
  }
  const before = await profiled.state();
  await profiled.profile(batch, { steps: 2 });
  t.deepEqual(await profiled.state(), before);
  for (const trainer of [profiled, other]) await trainer.fit(points, { epochs: 1, batchSize: 4 });
  t.deepEqual(await profiled.state(), await other.state());
});

test('kernels of a step come in order with the layer they belong to', async (t) => {
  const profile = await makeTrainer({
    metrics: ['tiny/absolute'],
    regularizers: [{ 'tiny/hooked': { penalty: 0.1 } }],
    gradientTransforms: ['tiny/accumulated'],
  }).profile(batch);
  t.deepEqual(
    profile.kernels.map(({ milliseconds }) => milliseconds),
    profile.kernels.map((_, kernel) => kernel + 1),
  );
  const layers = new Set(profile.kernels.map(({ layer }) => layer));
  for (const layer of ['dense', 'dense′', 'head', 'head′', 'loss', 'optimizer', 'hooked', 'absolute'])
    t.true(layers.has(layer), `no kernel of ${layer} in ${[...layers].join(', ')}`);
  t.true(profile.kernels.every(({ label, layer }) => label !== '' && (layer === '' || label.includes(layer))));
  // Forward: 4 examples of 2 features to 64 units, and the rectifier on each.
  const first = profile.kernels.find(({ layer }) => layer === 'dense')!;
  t.like(first, { kind: 'contraction', flops: 2 * 4 * 64 * 2 + 4 * 64 });
});

test('profile refuses what fit refuses, and does not meet it', async (t) => {
  const trainer = makeTrainer();
  const wrong = await examples([[1, 2, 3]], [0]).batch(Int32Array.of(0));
  await t.throwsAsync(trainer.profile(wrong), { code: 'DATA_INVALID' });
  trainer.once('epoch:end', () =>
    t
      .throwsAsync(trainer.profile(batch), { code: 'OPTIONS_INVALID', message: /profile: .* is running/ })
      .then(() => {}),
  );
  await trainer.fit(points, { epochs: 1, batchSize: 4 });
  const running = trainer.profile(batch);
  await t.throwsAsync(trainer.fit(points, { epochs: 1, batchSize: 4 }), {
    code: 'OPTIONS_INVALID',
    message: /until profile has returned/,
  });
  await running;
});

test('a backend that does not measure says so, and nothing has changed', async (t) => {
  const app = tinyApp();
  const model = app.sequential({ input: [2] }, [{ 'tiny/dense': { units: 1 } }]);
  const trainer = app.trainer(model, { loss: 'tiny/squared', optimizer: 'tiny/sgd' });
  const before = await trainer.state();
  await t.throwsAsync(trainer.profile(batch), { code: 'BACKEND_UNSUPPORTED', message: /reference does not measure/ });
  t.deepEqual(await trainer.state(), before);
});
