import test from 'ava';
import { hostTensor, type App, type HostTensor, type Model } from '@adjoint/core';
import { dataset } from '@adjoint/data';
import { decodeOnnx, exportOnnx, exportTrainingStep, importOnnx, runOnnx } from '@adjoint/onnx';
import { difference, randomTensor, withApp } from './support.js';

const networks: Readonly<Record<string, (app: App) => Model>> = {
  'convolutions, normalization and pooling': (app) =>
    app.sequential({ input: [2, 9, 8] }, [
      { conv2d: { filters: 4, kernel: 3, stride: 2, padding: 'same', groups: 2 } },
      'batchNorm',
      'relu',
      { maxPool2d: { size: 2 } },
      { averagePool2d: { size: 2 } },
      'flatten',
      { dense: { units: 3 } },
      'softmax',
    ]),
  'attention and layer normalization': (app) =>
    app.model(({ input, layer }) => {
      const x = input([5, 8]);
      const attended = layer({ multiHeadAttention: { heads: 2 } }, [x, x, x]);
      return layer('layerNorm', layer('add', [x, attended]));
    }),
  'a recurrent layer both ways': (app) =>
    app.sequential({ input: [4, 3] }, [
      { lstm: { units: 2, bidirectional: true } },
      'flatten',
      { dense: { units: 2 } },
    ]),
  'an embedding of words': (app) =>
    app.sequential({ input: { shape: [4], dtype: 'int32' } }, [
      { embedding: { words: 7, features: 3 } },
      'flatten',
      { dense: { units: 2 } },
      'gelu',
    ]),
};

function examplesOf(model: Model, count: number): HostTensor {
  const { shape, dtype } = model.inputs[0];
  const x = randomTensor(`x${count}`, [count, ...shape.map(Number)]);
  return dtype === 'int32'
    ? hostTensor(
        x.data.map((each) => Math.floor(3 * each + 3)),
        x.shape,
        'int32',
      )
    : x;
}

for (const [name, make] of Object.entries(networks))
  test(`${name}: a model is written for any number of examples, and read again`, (t) =>
    withApp(async (app) => {
      const model = make(app);
      const again = importOnnx(app, await exportOnnx(model));
      t.is(again.inputs[0].name, model.inputs[0].name);
      for (const count of [1, 3, 8]) {
        const x = examplesOf(model, count);
        t.true(difference(await again.predict(x), await model.predict(x)) < 1e-5, `${count} examples`);
      }
    }));

test('a fixed number of examples, and extents that are left open', (t) =>
  withApp(async (app) => {
    const model = app.sequential({ input: [1, null, null] }, [
      { conv2d: { filters: 2, kernel: 3 } },
      'globalAveragePool',
    ]);
    await t.throwsAsync(exportOnnx(model), { code: 'OPTIONS_INVALID', message: /leaves extents open/ });
    const bytes = await exportOnnx(model, { batch: 4, shapes: { input: [1, 6, 7] } });
    const { graph } = decodeOnnx(bytes);
    t.deepEqual(graph.inputs, [{ name: 'input', shape: [4, 1, 6, 7], dtype: 'float32' }]);
    await t.throwsAsync(exportOnnx({} as never), { code: 'OPERAND_INVALID' });
  }));

test('a training step that is run in a loop trains as the trainer does', (t) =>
  withApp(async (app) => {
    const model = app.sequential({ input: [1, 6, 6] }, [
      { conv2d: { filters: 3, kernel: 3 } },
      'relu',
      { maxPool2d: { size: 2 } },
      'flatten',
      { dense: { units: 3 } },
    ]);
    const trainer = app.trainer(model, {
      loss: 'crossEntropy',
      optimizer: { adam: { learningRate: 0.02 } },
      regularizers: [{ l2: { strength: 0.01 } }],
    });
    const [steps, examples] = [5, 4];
    const images = randomTensor('images', [steps * examples, 1, 6, 6]);
    const labels = hostTensor(Int32Array.from({ length: steps * examples }, (_, i) => i % 3));
    const part = (of: HostTensor, step: number): HostTensor => {
      const row = of.data.length / steps;
      return hostTensor(of.data.slice(step * row, (step + 1) * row), [examples, ...of.shape.slice(1)], of.dtype);
    };
    const types = { inputs: [part(images, 0)], targets: [part(labels, 0)] } as const;
    const step = await exportTrainingStep(trainer, types, { steps });
    t.deepEqual(step.batch, ['inputs', 'targets']);
    t.deepEqual(step.hostInputs, []);
    t.deepEqual(step.outputs, ['loss', 'penalty']);
    t.true([...step.state.keys()].includes('optimizer/conv2d/weight/mean'));
    const decoded = decodeOnnx(step.bytes);
    const names = decoded.graph.outputs;
    let state = step.state;
    const losses: number[] = [];
    for (let i = 0; i < steps; i++) {
      const feeds = new Map([...state, ['inputs', part(images, i)], ['targets', part(labels, i)]]);
      const values = await runOnnx(app, decoded, feeds);
      const results = new Map(values.map((value, k) => [names[k] ?? '', value]));
      losses.push(results.get('loss')?.data[0] ?? NaN);
      state = new Map([...state.keys()].map((name) => [name, results.get(`next/${name}`)!]));
    }
    const expected: number[] = [];
    trainer.on('step:end', ({ loss }) => void expected.push(loss));
    await trainer.fit(dataset({ inputs: images, targets: labels }), { epochs: 1, batchSize: examples, shuffle: false });
    losses.forEach((loss, i) => t.true(Math.abs(loss - (expected[i] ?? NaN)) < 1e-5, `step ${i}`));
    for (const [name, value] of await model.weights())
      t.true(difference(state.get(`model/${name}`), value) < 1e-5, name);
    t.is(state.get('step')?.data[0], steps);
  }));

test('what the host computes comes in as an input where no number of steps is given', (t) =>
  withApp(async (app) => {
    const model = app.sequential({ input: [2] }, [{ dense: { units: 1 } }]);
    const trainer = app.trainer(model, { loss: 'meanSquaredError', optimizer: { adam: { beta1: 0.5, beta2: 0.75 } } });
    const types = {
      inputs: [{ shape: [3, 2], dtype: 'float32' }],
      targets: [{ shape: [3, 1], dtype: 'float32' }],
    } as const;
    const step = await exportTrainingStep(trainer, types);
    t.deepEqual(step.hostInputs, ['host/optimizer/meanCorrection', 'host/optimizer/rootCorrection']);
    // 1/(1 − ½²) and 1/√(1 − ¾²)
    const values = [...step.hostValues(1).values()].map(({ data }) => data[0] ?? NaN);
    t.true(Math.abs(values[0]! - 4 / 3) < 1e-6 && Math.abs(values[1]! - Math.sqrt(16 / 7)) < 1e-6);
    t.is(trainer.step, 0);
  }));

test('an optimizer that the host drives is refused', (t) =>
  withApp(async (app) => {
    const trainer = app.trainer(app.sequential({ input: [2] }, [{ dense: { units: 1 } }]), {
      loss: 'meanSquaredError',
      optimizer: 'lbfgs',
    });
    const type = { shape: [3, 2], dtype: 'float32' } as const;
    await t.throwsAsync(exportTrainingStep(trainer, { inputs: [type], targets: [{ ...type, shape: [3, 1] }] }), {
      code: 'OPTIONS_INVALID',
      message: /the host drives this optimizer/,
    });
  }));
