import test from 'ava';
import { createApp } from '@adjoint/core';
import { applyLayer, near } from '@adjoint/reference-values';
import { layers } from '../src/index.js';

const app = createApp({ plugins: [layers], backend: 'reference' });
const x = app.tensor(Float64Array.of(1, 1), [1, 2]);
const dense = { dense: { units: 2, bias: false } } as const;

test('weightNorm gives each row the learnt length', async (t) => {
  const values = {
    'dense/weight': app.tensor(Float64Array.of(3, 4, 0, 2), [2, 2]),
    'length/weightNorm/dense/weight': app.tensor(Float64Array.of(10, 3), [2, 1]),
  };
  const { output } = applyLayer(app, { weightNorm: { layer: dense } }, [x], { values });
  // 10·(3 + 4)/5 and 3·(0 + 2)/2
  near(t, await output.read(), [[14, 3]]);
});

test('weightNorm starts as the layer does without it', async (t) => {
  const [plain, normed] = [dense, { weightNorm: { layer: dense } }].map((layer) =>
    app.sequential({ input: [2], seed: 4 }, [layer as typeof dense]),
  );
  const weights = await normed!.weights();
  normed!.load(new Map(weights).set('weightNorm/dense/weight', (await plain!.weights()).get('dense/weight')!));
  t.true(weights.get('weightNorm/length/weightNorm/dense/weight')!.data.every((length) => length > 0));
});

test('spectralNorm divides by the largest singular value, once its vectors have been found', async (t) => {
  const weight = app.tensor(Float64Array.of(4, 0, 0, 1), [2, 2]);
  const left = 'left/spectralNorm/dense/weight';
  let state = app.tensor(Float64Array.of(1, 1), [1, 2]);
  const layer = { spectralNorm: { layer: dense, iterations: 4 } } as const;
  for (let pass = 0; pass < 3; pass++) {
    const { states } = applyLayer(app, layer, [x], {
      values: { 'dense/weight': weight, [left]: state },
      training: true,
    });
    state = app.tensor(await states[left]!.read());
  }
  near(t, await state.read(), [[1, 0]], 1e-9);
  const { output } = applyLayer(app, layer, [x], { values: { 'dense/weight': weight, [left]: state } });
  near(t, await output.read(), [[1, 0.25]]);
});
