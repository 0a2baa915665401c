import { readdir, readFile, writeFile } from 'node:fs/promises';
import test from 'ava';
import fc from 'fast-check';
import { decodeCheckpoint, encodeCheckpoint, encodeSafetensors } from '@adjoint/io';
import { loadCheckpoint, loadModel, loadTrainer, saveCheckpoint, saveModel } from '@adjoint/io/node';
import { createApp, defineLayer, definePlugin, isAdjointError } from '../src/index.js';
import { data, plan, scratch, trainerOf } from './small-run.js';

test('a run that is stopped at any step and resumed from its file in another app has the same bits', async (t) => {
  const file = await scratch(t);
  const whole = trainerOf(createApp());
  const { history } = await whole.fit(data(), plan);
  const expected = await whole.state();

  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 4 }), async (last) => {
      const path = file(`step${last}.safetensors`);
      const stopped = trainerOf(createApp());
      stopped.on('step:end', ({ step }) => step === last && stopped.stop());
      t.is((await stopped.fit(data(), plan)).reason, 'stopped');
      await saveCheckpoint(stopped, path);

      const resumed = trainerOf(createApp());
      await loadCheckpoint(resumed, path);
      const result = await resumed.fit(data(), plan);
      t.deepEqual(result.history, history);
      t.deepEqual(await resumed.state(), expected);
    }),
    { numRuns: 5 },
  );
});

test('a trainer is made again from its file alone, and finishes the run', async (t) => {
  const path = (await scratch(t))('run.safetensors');
  const [whole, stopped] = [trainerOf(createApp()), trainerOf(createApp())];
  const { history } = await whole.fit(data(), plan);
  stopped.on('step:end', ({ step }) => step === 3 && stopped.stop());
  await stopped.fit(data(), plan);
  await saveCheckpoint(stopped, path);
  const resumed = await loadTrainer(createApp(), path);
  t.deepEqual((await resumed.fit(data(), plan)).history, history);
  t.deepEqual(await resumed.state(), await whole.state());
});

test('a checkpoint survives its encoding', async (t) => {
  const trainer = trainerOf(createApp());
  await trainer.fit(data(), plan);
  const state = await trainer.state();
  const { metadata, tensors } = decodeCheckpoint(encodeCheckpoint(state));
  t.deepEqual(metadata, JSON.parse(JSON.stringify(state.metadata)));
  t.deepEqual(new Map(tensors), new Map(state.tensors));
});

test('a saved model predicts the same in another app, also from a checkpoint', async (t) => {
  const file = await scratch(t);
  const trainer = trainerOf(createApp());
  await trainer.fit(data(), plan);
  await saveModel(trainer.model, file('model.safetensors'));
  await saveCheckpoint(trainer, file('run.safetensors'));
  const expected = await trainer.predict(data());
  for (const name of ['model.safetensors', 'run.safetensors']) {
    const model = await loadModel(createApp(), file(name));
    t.deepEqual(await model.predict(data()), expected);
  }
});

test('truncated, damaged and foreign files are refused and change nothing', async (t) => {
  const file = await scratch(t);
  const trainer = trainerOf(createApp());
  await trainer.fit(data(), plan);
  const path = file('run.safetensors');
  await saveCheckpoint(trainer, path);
  const bytes = await readFile(path);
  const before = await trainer.state();
  const foreign = encodeSafetensors({ weight: { data: Float32Array.of(1), shape: [1], dtype: 'float32' } }, {});
  const broken: Record<string, Uint8Array> = {
    truncated: bytes.subarray(0, bytes.length - 7),
    header: bytes.subarray(0, 20),
    empty: new Uint8Array(0),
    foreign,
  };
  for (const [name, content] of Object.entries(broken)) {
    const damaged = file(`${name}.safetensors`);
    await writeFile(damaged, content);
    const error = await t.throwsAsync(loadCheckpoint(trainer, damaged));
    t.true(isAdjointError(error) && error.code === 'FILE_INVALID', name);
    t.true(error!.message.includes(damaged), `${name}: the message names the file`);
  }
  t.deepEqual(await trainer.state(), before);
});

test('a checkpoint of another model is refused', async (t) => {
  const file = await scratch(t);
  const app = createApp();
  const other = app.trainer(app.sequential({ input: [2] }, [{ dense: { units: 1 } }]), {
    loss: 'meanSquaredError',
    optimizer: 'sgd',
    seed: 4,
  });
  await saveCheckpoint(other, file('other.safetensors'));
  const trainer = trainerOf(createApp());
  const error = await t.throwsAsync(loadCheckpoint(trainer, file('other.safetensors')));
  t.true(isAdjointError(error));
  t.is(trainer.step, 0);
});

test('figures that are not finite keep their bits', async (t) => {
  const trainer = trainerOf(createApp());
  await trainer.fit(data(), plan);
  const { metadata, tensors } = await trainer.state();
  const metrics = { a: NaN, b: Infinity, c: -Infinity, d: -0, e: 0.1 };
  const run = { firstEpoch: 0, stepInEpoch: 1, history: [{ epoch: 0, metrics }], plan: {} };
  const decoded = decodeCheckpoint(encodeCheckpoint({ metadata: { ...metadata, run }, tensors }));
  t.deepEqual(decoded.metadata.run, run);
});

test('saving and loading are announced with the path and the step', async (t) => {
  const path = (await scratch(t))('run.safetensors');
  const trainer = trainerOf(createApp());
  const seen: unknown[] = [];
  trainer.on('checkpoint:save', ({ step, target }) => seen.push(['save', step, target]));
  trainer.on('checkpoint:load', ({ step, source }) => seen.push(['load', step, source]));
  await saveCheckpoint(trainer, path);
  await trainer.fit(data(), { epochs: 1, batchSize: 'full' });
  await loadCheckpoint(trainer, path);
  t.deepEqual(seen, [
    ['save', 0, path],
    ['load', 0, path],
  ]);
});

test('a layer whose options are no JSON is named when it is saved, and no file is left', async (t) => {
  const file = await scratch(t);
  const lambda = defineLayer({
    options: { '~standard': { version: 1, vendor: 'odd', validate: (value: unknown) => ({ value }) } },
    create: () => ({
      build:
        () =>
        ([x]) =>
          x!,
    }),
  });
  const plugin = definePlugin({ name: 'odd', version: '1.0.0', layer: { 'odd/lambda': lambda } });
  const app = createApp({ plugins: [plugin] });
  const layer = { 'odd/lambda': { apply: (x: number) => x }, name: 'odd_one' } as never;
  const model = app.sequential({ input: [2] }, [layer, { dense: { units: 1 } }]);
  const trainer = app.trainer(model, { loss: 'meanSquaredError', optimizer: 'sgd' });
  const expected = { code: 'OPTIONS_INVALID', message: /layer 'odd_one'/ };
  await t.throwsAsync(saveModel(model, file('model')), expected);
  await t.throwsAsync(saveCheckpoint(trainer, file('run')), expected);
  t.deepEqual(await readdir(file('.')), []);
});
