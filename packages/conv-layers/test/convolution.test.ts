import test from 'ava';
import { createApp, type Tensor } from '@adjoint/core';
import { applyLayer, choiceOf, near, testCases } from '@adjoint/reference-values';
import { convLayers } from '../src/index.js';

interface Convolution {
  readonly stride: readonly number[];
  readonly padding: 'valid' | 'same' | readonly (readonly [number, number])[];
  readonly dilation: readonly number[];
  readonly groups: number;
  readonly paddingMode?: 'reflect' | 'replicate' | 'circular';
}

const names: Readonly<Record<string, (dimensions: number) => string>> = {
  'conv1d, conv2d and conv3d': (dimensions) => `conv${dimensions}d`,
  'conv of any dimensions': () => 'conv',
};

for (const [what, nameOf] of Object.entries(names)) {
  testCases<Convolution>((title, body) => test(`${what}: ${title}`, body), {
    file: new URL('../../test/convolution.json', import.meta.url),
    plugins: [convLayers],
    compute(app, { x, w, b }, options) {
      const [filters, , ...kernel] = w!.shape;
      const layer = choiceOf<'layer'>(nameOf(kernel.length), { ...options, filters, kernel, bias: b !== undefined });
      const values: Record<string, Tensor> = { weight: w!, ...(b && { bias: b }) };
      return { y: applyLayer(app, layer, [x!], { values }).output };
    },
  });
}

test('one number stands for every dimension', async (t) => {
  const app = createApp({ plugins: [convLayers], backend: 'reference' });
  const x = app.tensor(
    Float64Array.from({ length: 49 }, (_, i) => i % 5),
    [1, 1, 7, 7],
  );
  const values = { weight: app.tensor(Float64Array.of(1, 2, 3, 4), [1, 1, 2, 2]) };
  const options = { filters: 1, bias: false };
  const short = { conv2d: { ...options, kernel: 2, stride: 2, dilation: 3, padding: 1 } };
  const long = {
    conv2d: {
      ...options,
      kernel: [2, 2],
      stride: [2, 2],
      dilation: [3, 3],
      padding: [
        [1, 1],
        [1, 1],
      ] as [number, number][],
    },
  };
  const [one, other] = [short, long].map((layer) => applyLayer(app, layer, [x], { values }).output);
  near(t, await one!.read(), await other!.read());
  t.deepEqual(one!.shape, [1, 1, 3, 3]);
  await app.close();
});

test('a convolution with a kernel of one 1 is the identity, and a bias is added to each filter', async (t) => {
  const app = createApp({ plugins: [convLayers], backend: 'reference' });
  const x = app.tensor([
    [
      [1, 2, 3],
      [4, 5, 6],
    ],
  ]);
  const values = {
    weight: app.tensor([
      [[1], [0]],
      [[0], [1]],
      [[1], [1]],
    ]),
    bias: app.tensor([0, 10, 100]),
  };
  near(t, await applyLayer(app, { conv1d: { filters: 3, kernel: 1 } }, [x], { values }).output.read(), [
    [
      [1, 2, 3],
      [14, 15, 16],
      [105, 107, 109],
    ],
  ]);
  await app.close();
});
