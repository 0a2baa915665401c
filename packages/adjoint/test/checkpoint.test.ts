import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { createApp, isAdjointError, RandomSource, type App, type Trainer } from '../src/index.js';
import { dataset, type ArrayDataset } from '@adjoint/data';
import { decodeCheckpoint, encodeCheckpoint, encodeSafetensors } from '@adjoint/io';
import { loadCheckpoint, loadModel, saveCheckpoint, saveModel } from '@adjoint/io/node';

const examples = 40;
const plan = { epochs: 2, batchSize: 16 } as const;

/** Random images of three classes. */
function data(): ArrayDataset {
  const random = new RandomSource(5);
  return dataset({
    inputs: [
      { data: Float32Array.from({ length: examples * 16 }, () => random.uniform()), shape: [examples, 1, 4, 4] },
    ],
    targets: { data: Int32Array.from({ length: examples }, () => random.integer(3)), shape: [examples] },
  });
}

/** A trainer with every kind of state: running statistics, slots, random draws, a schedule, metrics. */
function trainerOf(app: App): Trainer {
  const model = app.sequential({ input: [1, 4, 4], seed: 2 }, [
    { conv2d: { filters: 2, kernel: 3 } },
    'batchNorm',
    'relu',
    'flatten',
    { dropout: { rate: 0.3 } },
    { dense: { units: 3 } },
  ]);
  return app.trainer(model, {
    loss: 'crossEntropy',
    optimizer: 'adam',
    schedule: 'cosine',
    metrics: ['accuracy'],
    regularizers: ['mixup'],
    seed: 4,
  });
}

async function scratch(t: ExecutionContext): Promise<(name: string) => string> {
  const directory = await mkdtemp(join(tmpdir(), 'adjoint-io-'));
  t.teardown(() => rm(directory, { recursive: true }));
  return (name) => join(directory, name);
}

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
