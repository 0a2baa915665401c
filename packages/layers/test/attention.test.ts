import test from 'ava';
import { createApp, type Tensor } from '@adjoint/core';
import { applyLayer, near } from '@adjoint/reference-values';
import { layers, scaledDotProduct } from '../src/index.js';

const app = createApp({ plugins: [layers], backend: 'reference' });
const float64 = (values: readonly number[], shape: readonly number[]): Tensor =>
  app.tensor(Float64Array.from(values), shape);

test('a masked key is not seen, and a query without a key gives zeros', async (t) => {
  const q = float64([1, 1], [1, 2, 1]);
  const k = float64([0, 0, 5], [1, 3, 1]);
  const v = float64([2, 4, 100], [1, 3, 1]);
  const mask = app.tensor(Uint8Array.of(1, 1, 0, 0, 0, 0), [1, 2, 3], 'bool');
  near(t, await scaledDotProduct(q, k, v, { mask }).read(), [[[3], [0]]]);
});

test('heads that share keys and values give what heads with copies of them give', async (t) => {
  const x = float64(
    Array.from({ length: 12 }, (_, i) => Math.sin(i)),
    [1, 3, 4],
  );
  const matrix = (rows: number, seed: number): Tensor =>
    float64(
      Array.from({ length: rows * 4 }, (_, i) => Math.cos(seed + 1.7 * i)),
      [rows, 4],
    );
  const shared = { key: matrix(2, 1), value: matrix(2, 2) };
  const twice = (m: Tensor): Tensor =>
    float64([0, 0], [2, 1]).mul(0).add(1).reshape([2, 1, 1]).mul(m.expandDims(0)).reshape([4, 4]);
  const common = { 'query/weight': matrix(4, 3), 'output/weight': matrix(4, 4) };
  const options = { heads: 2, bias: false, causal: true } as const;
  const grouped = applyLayer(app, { multiHeadAttention: { ...options, keyValueHeads: 1 } }, [x], {
    values: { ...common, 'key/weight': shared.key, 'value/weight': shared.value },
  });
  const full = applyLayer(app, { multiHeadAttention: options }, [x], {
    values: { ...common, 'key/weight': twice(shared.key), 'value/weight': twice(shared.value) },
  });
  near(t, await grouped.output.read(), await full.output.read());
});

test('rotary positions turn pairs, so that products depend on distances', async (t) => {
  const x = float64([1, 0, 1, 0, 1, 0], [1, 3, 2]);
  const { output } = applyLayer(app, { rotaryPositions: {} }, [x]);
  near(t, await output.read(), [[0, 1, 2].map((place) => [Math.cos(place), Math.sin(place)])]);
  const four = applyLayer(app, { rotaryPositions: { base: 100 } }, [float64([0, 0, 0, 0, 1, 0, 1, 0], [1, 2, 4])]);
  // The second pair turns by 100^(−2/4) = 1/10.
  near(
    t,
    await four.output.read(),
    [
      [
        [0, 0, 0, 0],
        [Math.cos(1), Math.sin(1), Math.cos(0.1), Math.sin(0.1)],
      ],
    ],
    1e-7,
  );
});

test('sinusoidal positions are the waves of the paper', async (t) => {
  const { output } = applyLayer(app, 'sinusoidalPositions', [float64(new Array<number>(8).fill(0), [1, 2, 4])]);
  near(
    t,
    await output.read(),
    [
      [
        [0, 1, 0, 1],
        [Math.sin(1), Math.cos(1), Math.sin(0.01), Math.cos(0.01)],
      ],
    ],
    1e-7,
  );
});

test('a patch is a row of channels, rows and columns', async (t) => {
  const image = float64(
    Array.from({ length: 16 }, (_, i) => i),
    [1, 1, 4, 4],
  );
  const values = { 'projection/weight': float64([1, 0, 0, 0, 0, 0, 0, 1], [2, 4]) };
  const { output } = applyLayer(app, { patchEmbedding: { patch: 2, features: 2, bias: false } }, [image], { values });
  // The first and the last element of each patch.
  near(t, await output.read(), [
    [
      [0, 5],
      [2, 7],
      [8, 13],
      [10, 15],
    ],
  ]);
});

test('a block whose projections are 0 passes its input on, normalised where the norm comes after', async (t) => {
  const x = float64([1, 3, -2, 2], [1, 2, 2]);
  const options = { heads: 1, initializer: 'zeros' } as const;
  const before = applyLayer(app, { transformerBlock: options }, [x]);
  near(t, await before.output.read(), await x.read());
  const after = applyLayer(app, { transformerBlock: { ...options, normalize: 'after' } }, [x]);
  near(
    t,
    await after.output.read(),
    [
      [
        [-1, 1],
        [-1, 1],
      ],
    ],
    1e-4,
  );
});

test('a transformer of the size of GPT-2 has its 7,087,872 parameters in each block', (t) => {
  const model = app.model(({ input, layer }) =>
    layer({ transformerBlock: { heads: 12, initializer: 'zeros' } }, input([4, 768])),
  );
  const sizes = model.parameters.map(({ variable }) => variable.type.shape.reduce((a, b) => a * b, 1));
  // 12·768² + 13·768 (Radford et al. 2019, with biases and two norms)
  t.is(
    sizes.reduce((sum, size) => sum + size, 0),
    12 * 768 ** 2 + 13 * 768,
  );
});

test('a class token stands in front, and learnt positions are added row by row', async (t) => {
  const x = float64([1, 2, 3, 4], [1, 2, 2]);
  const token = applyLayer(app, 'classToken', [x], { values: { weight: float64([7, 8], [1, 2]) } });
  near(t, await token.output.read(), [
    [
      [7, 8],
      [1, 2],
      [3, 4],
    ],
  ]);
  const places = applyLayer(app, { learnedPositions: { length: 3 } }, [x], {
    values: { weight: float64([10, 20, 30, 40, 50, 60], [3, 2]) },
  });
  near(t, await places.output.read(), [
    [
      [11, 22],
      [33, 44],
    ],
  ]);
});

test('heads that do not share the features, and sequences that are too long, are refused', (t) => {
  t.throws(() => app.sequential({ input: [3, 4] }, [{ multiHeadAttention: { heads: 3 } }]), {
    code: 'SHAPE_MISMATCH',
    message: /3 heads do not share the 4 features/,
  });
  t.throws(() => app.sequential({ input: [3, 4] }, [{ multiHeadAttention: { heads: 4, keyValueHeads: 3 } }]), {
    code: 'OPTIONS_INVALID',
    message: /keyValueHeads that divide heads/,
  });
  t.throws(() => app.sequential({ input: [3, 4] }, [{ learnedPositions: { length: 2 } }]), {
    code: 'SHAPE_MISMATCH',
    message: /2 places.*sequence of 3/,
  });
});
