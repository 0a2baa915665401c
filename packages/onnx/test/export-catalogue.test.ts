import test from 'ava';
import { RandomSource, severalOf } from '@adjoint/core';
import { exportOnnx, importOnnx } from '@adjoint/onnx';
import { createApp } from 'adjoint';
import { difference, modelOfExample, withApp } from './support.js';

// Every layer that is registered is written as ONNX, and read back as what it computes.
const layers = createApp().registry.describe('layer').extensions;

for (const { name, examples = [] } of layers)
  test(`layer ${name} is exported, and imported again`, (t) =>
    withApp(async (app) => {
      const random = new RandomSource(3).child(name);
      for (const example of examples) {
        const { model, inputs } = modelOfExample(app, name, example, { random, count: 2 });
        const again = importOnnx(app, await exportOnnx(model));
        const expected = await model.predictAll(severalOf(inputs));
        // What no output depends on is no input of the file any more.
        const needed = again.composition.inputs.map((input) => inputs[Number(input.name.slice(1))]!);
        const results = await again.predictAll(severalOf(needed));
        expected.forEach((value, i) => t.true(difference(results[i], value) < 1e-5, JSON.stringify(example)));
      }
      t.true(examples.length > 0);
    }));
