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
