import test from 'ava';
import { createApp, severalOf, type Choice } from '@adjoint/core';
import { applyLayer, near } from '@adjoint/reference-values';
import { layers } from '../src/index.js';

const a = [
  [1, 2],
  [3, 4],
];
const b = [
  [10, 20],
  [30, 40],
];

const expected: readonly [Choice<'layer'>, inputs: number[][][], output: number[][] | number[][][]][] = [
  [
    'add',
    [a, b, a],
    [
      [12, 24],
      [36, 48],
    ],
  ],
  [
    'concatenate',
    [a, b],
    [
      [1, 2, 10, 20],
      [3, 4, 30, 40],
    ],
  ],
  [
    { reshape: { shape: [2, 1] } },
    [a],
    [
      [[1], [2]],
      [[3], [4]],
    ],
  ],
  [{ reshape: { shape: [1, -1] } }, [a], [[[1, 2]], [[3, 4]]]],
];

for (const [layer, inputs, output] of expected) {
  test(`${JSON.stringify(layer)} of ${JSON.stringify(inputs)}`, async (t) => {
    const app = createApp({ plugins: [layers], backend: 'reference' });
    const tensors = inputs.map((input) => app.tensor(input, undefined, 'float64'));
    near(t, await applyLayer(app, layer, severalOf(tensors)).output.read(), output);
    await app.close();
  });
}

test('concatenate joins along any axis of the batch', async (t) => {
  const app = createApp({ plugins: [layers], backend: 'reference' });
  const images = [a, b].map((image) => app.tensor([image]));
  near(t, await applyLayer(app, { concatenate: { axis: -1 } }, severalOf(images)).output.read(), [
    [
      [1, 2, 10, 20],
      [3, 4, 30, 40],
    ],
  ]);
  await app.close();
});

test('flatten reads the axes of an example in row-major order', async (t) => {
  const app = createApp({ plugins: [layers], backend: 'reference' });
  const x = app.tensor([a, b]);
  near(t, await applyLayer(app, 'flatten', [x]).output.read(), [
    [1, 2, 3, 4],
    [10, 20, 30, 40],
  ]);
  await app.close();
});
