import test from 'ava';
import { hostTensor, RandomSource, severalOf, type ExampleType, type InputExample, type Shape } from '@adjoint/core';
import { exportOnnx, importOnnx } from '@adjoint/onnx';
import { createApp } from 'adjoint';
import { difference, withApp } from './support.js';

// Every layer that is registered is written as ONNX, and read back as what it computes.
const layers = createApp().registry.describe('layer').extensions;

function typeOf(example: Shape | InputExample): ExampleType & { readonly below?: number } {
  return 'dtype' in example ? example : { shape: example, dtype: 'float32' };
}

for (const { name, examples = [] } of layers)
  test(`layer ${name} is exported, and imported again`, (t) =>
    withApp(async (app) => {
      const random = new RandomSource(3).child(name);
      for (const example of examples) {
        const types = 'inputs' in example ? (example.inputs as readonly (Shape | InputExample)[]).map(typeOf) : [];
        const choice = app.check('layer', example.options === undefined ? name : { [name]: example.options });
        const model = app.model(({ input, layer }) =>
          layer(
            choice,
            types.map(({ shape, dtype }, i) => input(shape, { dtype, name: `x${i}` })),
          ),
        );
        const again = importOnnx(app, await exportOnnx(model));
        const inputs = types.map(({ shape, dtype, below }) => {
          const size = shape.reduce((product, extent) => product * extent, 2);
          const data = Array.from({ length: size }, () =>
            dtype.startsWith('float') ? 2 * random.uniform() - 1 : random.integer(below ?? 2),
          );
          return hostTensor(data, [2, ...shape], dtype);
        });
        const expected = await model.predictAll(severalOf(inputs));
        // What no output depends on is no input of the file any more.
        const needed = again.composition.inputs.map((input) => inputs[Number(input.name.slice(1))]!);
        const results = await again.predictAll(severalOf(needed));
        expected.forEach((value, i) => t.true(difference(results[i], value) < 1e-5, JSON.stringify(example)));
      }
      t.true(examples.length > 0);
    }));
