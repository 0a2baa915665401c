import test from 'ava';
import { createApp } from 'adjoint';
import { RandomSource, severalOf } from '@adjoint/core';
import { dataset } from '@adjoint/data';
import { exportOnnx, exportTrainingStep } from '@adjoint/onnx';
import { session } from './onnxruntime.js';
import { difference, modelOfExample, randomTensor, withApp } from './support.js';

// Everything that is registered, against ONNX Runtime.
const { registry } = createApp();

for (const { name, examples = [] } of registry.describe('layer').extensions)
  test(`layer ${name}: ONNX Runtime computes its examples, for another number of them than it was written with`, (t) =>
    withApp(async (app) => {
      const random = new RandomSource(7).child(name);
      for (const example of examples) {
        const { model, inputs } = modelOfExample(app, name, example, { random, count: 3 });
        const run = await session(await exportOnnx(model));
        const results = [...(await run(new Map(inputs.map((input, i) => [`x${i}`, input])))).values()];
        const expected = await model.predictAll(severalOf(inputs));
        expected.forEach((value, i) => t.true(difference(results[i], value) < 1e-5, JSON.stringify(example)));
      }
      t.true(examples.length > 0);
    }));

for (const { name, examples = [] } of registry.describe('optimizer').extensions)
  test(`optimizer ${name}: ONNX Runtime takes the steps that it takes`, (t) =>
    withApp(async (app) => {
      const options = examples[0]?.options;
      const trainer = app.trainer(
        app.sequential({ input: [3] }, [{ dense: { units: 4 } }, 'tanh', { dense: { units: 1 } }]),
        {
          loss: 'meanSquaredError',
          optimizer: app.check('optimizer', options === undefined ? name : { [name]: options }),
        },
      );
      const [inputs, targets] = [randomTensor('x', [5, 3]), randomTensor('y', [5, 1])];
      const given = exportTrainingStep(trainer, { inputs: [inputs], targets: [targets] }, { steps: 4 });
      if (name === 'lbfgs') {
        await t.throwsAsync(given, { code: 'OPTIONS_INVALID' });
        return;
      }
      const step = await given;
      const run = await session(step.bytes);
      const losses: number[] = [];
      let state = step.state;
      for (let i = 0; i < 4; i++) {
        const results = await run(new Map([...state, ['inputs', inputs], ['targets', targets]]));
        losses.push(results.get('loss')?.data[0] ?? NaN);
        state = new Map([...state.keys()].map((each) => [each, results.get(`next/${each}`)!]));
      }
      const expected: number[] = [];
      trainer.on('step:end', ({ loss }) => void expected.push(loss));
      await trainer.fit(dataset({ inputs, targets }), { epochs: 4, batchSize: 5, shuffle: false });
      losses.forEach((loss, i) => t.true(Math.abs(loss - (expected[i] ?? NaN)) < 1e-5, `step ${i}`));
    }));
