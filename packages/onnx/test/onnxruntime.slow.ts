import test from 'ava';
import { Engine, hostTensor, isFloat, RandomSource, type App, type HostTensor, type Model } from '@adjoint/core';
import { ReferenceBackend } from '@adjoint/core/backend';
import { primitiveSamples } from '@adjoint/core/testing';
import { dataset } from '@adjoint/data';
import { exportFunction, exportOnnx, exportTrainingStep, importOnnx } from '@adjoint/onnx';
import { session } from './onnxruntime.js';
import { difference, randomTensor, withApp } from './support.js';

const [steps, examples, classes] = [30, 16, 4];

/** Images of one bright quarter each, in noise: what a small network learns within some steps. */
function quarters(): { images: HostTensor; labels: HostTensor } {
  const images = randomTensor('images', [steps * examples, 1, 12, 12]);
  const labels = hostTensor(Int32Array.from({ length: steps * examples }, (_, i) => (i * 7 + (i >> 3)) % classes));
  labels.data.forEach((label, i) => {
    for (let y = 0; y < 6; y++)
      for (let x = 0; x < 6; x++) images.data[i * 144 + (y + 6 * (label >> 1)) * 12 + x + 6 * (label % 2)]! += 1;
  });
  return { images, labels };
}

function network(app: App): Model {
  return app.sequential({ input: [1, 12, 12] }, [
    // A bias would have no gradient before a normalization but for rounding, of which Adam makes whole steps.
    { conv2d: { filters: 6, kernel: 3, padding: 'same', bias: false } },
    'batchNorm',
    'relu',
    { maxPool2d: { size: 2 } },
    { conv2d: { filters: 8, kernel: 3, stride: 2, padding: 'same' } },
    'relu',
    'flatten',
    { dropout: { rate: 0.3 } },
    { dense: { units: classes } },
  ]);
}

for (const [title, options] of [
  ['with what the host computes as inputs', {}],
  ['with what the host computes in the graph', { steps }],
] as const)
  test(`ONNX Runtime trains a network by calling its step in a loop, ${title}`, (t) =>
    withApp(async (app) => {
      const { images, labels } = quarters();
      const trainer = app.trainer(network(app), {
        loss: 'crossEntropy',
        optimizer: { adam: { learningRate: 1e-2 } },
        schedule: { exponential: { factor: 0.97, unit: 'step' } },
      });
      const part = ({ data, shape, dtype }: HostTensor, step: number): HostTensor => {
        const row = data.length / (steps * examples);
        return hostTensor(
          data.slice(step * examples * row, (step + 1) * examples * row),
          [examples, ...shape.slice(1)],
          dtype,
        );
      };
      const batch = { inputs: [part(images, 0)], targets: [part(labels, 0)] } as const;
      const exported = await exportTrainingStep(trainer, batch, options);
      const run = await session(exported.bytes);
      const losses: number[] = [];
      let state = exported.state;
      for (let step = 0; step < steps; step++) {
        const [inputs = '', targets = ''] = exported.batch;
        const feeds = new Map([
          ...state,
          ...exported.hostValues(step),
          [inputs, part(images, step)],
          [targets, part(labels, step)],
        ]);
        const results = await run(feeds);
        losses.push(results.get('loss')?.data[0] ?? NaN);
        state = new Map([...state.keys()].map((name) => [name, results.get(`next/${name}`)!]));
      }
      const expected: number[] = [];
      trainer.on('step:end', ({ loss }) => void expected.push(loss));
      await trainer.fit(dataset({ inputs: images, targets: labels }), {
        epochs: 1,
        batchSize: examples,
        shuffle: false,
      });
      const distance = Math.max(...losses.map((loss, i) => Math.abs(loss - (expected[i] ?? NaN))));
      t.log(`largest difference of ${steps} losses: ${distance}; from ${losses[0]} to ${losses.at(-1)}`);
      t.true(distance <= 1e-5);
      t.true(losses.at(-1)! < 0.5 * losses[0]!);
      const weights = await trainer.model.weights();
      for (const [name, value] of weights) t.true(difference(state.get(`model/${name}`), value) < 1e-4, name);
    }));

test('ONNX Runtime predicts what a model does, for any number of examples, also after a way through a file', (t) =>
  withApp(async (app) => {
    const model = network(app);
    const bytes = await exportOnnx(model);
    const again = await exportOnnx(importOnnx(app, bytes));
    for (const file of [bytes, again]) {
      const run = await session(file);
      for (const count of [1, 3, 16]) {
        const x = randomTensor(`x${count}`, [count, 1, 12, 12]);
        const [y] = (await run(new Map([[model.inputs[0].name, x]]))).values();
        t.true(difference(y, await model.predict(x)) < 1e-5);
      }
    }
  }));

for (const { name, make } of primitiveSamples)
  test(`${name}: ONNX Runtime computes what the reference does`, async (t) => {
    const engine = new Engine(new ReferenceBackend());
    const random = new RandomSource(4).child(name);
    for (let round = 0; round < 4; round++) {
      const { inputs: given, apply } = make(random);
      // Many operators have no kernels for float64 there.
      const inputs = given.map((input) => (isFloat(input.dtype) ? hostTensor(input, undefined, 'float32') : input));
      const traced = engine.trace((tensors) => [apply(...tensors)], name);
      const run = await session(await exportFunction(traced, inputs));
      const [expected] = await traced.call(inputs);
      const [found] = (await run(new Map(inputs.map((input, i) => [`input${i}`, input])))).values();
      const scale = Math.max(1, ...Array.from(expected!.data, Math.abs).filter(Number.isFinite));
      t.true(difference(found, expected!) <= (isFloat(expected!.dtype) ? 1e-4 : 0) * scale, `round ${round}`);
    }
    engine.close();
  });
