import test from 'ava';
import { createApp, type Tensor } from '@adjoint/core';
import { applyLayer, near } from '@adjoint/reference-values';
import { layers } from '../src/index.js';

const app = createApp({ plugins: [layers], backend: 'reference' });
test.after.always(() => app.close());

const float64 = (values: number[], shape: number[]): Tensor => app.tensor(Float64Array.from(values), shape);

test('squeeze-and-excitation weighs channels by what their means tell', async (t) => {
  const x = float64([1, 3, 10, 30], [1, 2, 2]);
  const values = {
    'squeeze/weight': float64([1, 0.1], [1, 2]),
    'squeeze/bias': float64([-1], [1]),
    'excite/weight': float64([1, -1], [2, 1]),
    'excite/bias': float64([0, 0], [2]),
  };
  // Means 2 and 20; relu(2 + 2 − 1) = 3; σ(3) and σ(−3).
  const [open, shut] = [1 / (1 + Math.exp(-3)), 1 / (1 + Math.exp(3))];
  const { output } = applyLayer(app, { squeezeExcitation: { units: 1 } }, [x], { values });
  near(t, await output.read(), [
    [
      [open, 3 * open],
      [10 * shut, 30 * shut],
    ],
  ]);
});

test('channels are squeezed by the ratio, to one number at least', (t) => {
  const sizes = (channels: number, options: { ratio?: number } = {}) => {
    const model = app.sequential({ input: [channels, 2] }, [{ squeezeExcitation: options }]);
    return model.parameters.map(({ name, variable }) => [name, ...variable.type.shape]);
  };
  t.deepEqual(sizes(4, { ratio: 2 }), [
    ['squeezeExcitation/squeeze/weight', 2, 4],
    ['squeezeExcitation/squeeze/bias', 2],
    ['squeezeExcitation/excite/weight', 4, 2],
    ['squeezeExcitation/excite/bias', 4],
  ]);
  t.deepEqual(sizes(4)[0], ['squeezeExcitation/squeeze/weight', 1, 4]);
});

test('multiply takes products element by element', async (t) => {
  const { output } = applyLayer(app, 'multiply', [
    float64([1, 2], [1, 2]),
    float64([3, 4], [1, 2]),
    float64([5, 6], [1, 2]),
  ]);
  near(t, await output.read(), [[15, 48]]);
});

test('pad pads and crops the axes of an example', async (t) => {
  const x = float64([1, 2, 3, 4, 5, 6], [1, 2, 3]);
  const padded = (options: { padding: [number, number][]; mode?: 'reflect'; value?: number }) =>
    applyLayer(app, { pad: options }, [x]).output.read();
  near(
    t,
    await padded({
      padding: [
        [0, 0],
        [1, 0],
      ],
      value: 9,
    }),
    [
      [
        [9, 1, 2, 3],
        [9, 4, 5, 6],
      ],
    ],
  );
  near(
    t,
    await padded({
      padding: [
        [-1, 0],
        [0, 2],
      ],
      mode: 'reflect',
    }),
    [[[4, 5, 6, 5, 4]]],
  );
  t.throws(() => app.sequential({ input: [2, 3] }, [{ pad: { padding: [[1, 1]] } }]), {
    message: /layer 'pad' .*for 1 axes, and an example \[2, 3\] has 2/,
  });
});

test('stochastic depth drops whole examples while training and keeps the mean', async (t) => {
  const batch = 4000;
  const x = app.tensor(new Float64Array(batch * 2).fill(3), [batch, 2]);
  const data = (await applyLayer(app, { stochasticDepth: { rate: 0.25 } }, [x], { training: true }).output.read()).data;
  const kept = Array.from({ length: batch }, (_, i) => [data[2 * i]!, data[2 * i + 1]!]);
  t.true(kept.every(([a, b]) => a === b && (a === 0 || a === 4)));
  const share = kept.filter(([a]) => a === 4).length / batch;
  // Five standard deviations of a share of 4000.
  t.true(Math.abs(share - 0.75) < 5 * Math.sqrt((0.75 * 0.25) / batch), String(share));
  t.deepEqual(await applyLayer(app, 'stochasticDepth', [x]).output.read(), await x.read());
});

test('silu is x·σ(x), relu6 ends at 6', async (t) => {
  const x = float64([-1, 0, 2, 8], [1, 4]);
  const silu = [-1, 0, 2, 8].map((value) => value / (1 + Math.exp(-value)));
  near(t, await applyLayer(app, 'silu', [x]).output.read(), [silu]);
  near(t, await applyLayer(app, 'relu6', [x]).output.read(), [[0, 0, 2, 6]]);
});
