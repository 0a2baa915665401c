import test from 'ava';
import { createApp, gradients, type Several, type Tensor } from '@adjoint/core';
import { penaltyOf } from '@adjoint/reference-values';
import { regularizers } from '../src/index.js';

// y = w·x with w = [2, −1], squared error. x = [1, 1], t = 0: y = 1, ∂L/∂x = 2·y·w = [4, −2], so
// x' = x + ε·[1, −1] and y' = 1 + 3ε. At ε = 0.5: L' = 6.25 and ∂L'/∂w = 2·2.5·[1.5, 0.5], since a sign has no slope.
for (const [options, loss, slope] of [
  [{ epsilon: 0.5 }, 6.25, [7.5, 2.5]],
  [{ epsilon: 0.5, strength: 0.5 }, 3.125, [3.75, 1.25]],
  [{ epsilon: 0.5, range: [0, 1] }, 2.25, [3, 1.5]],
  [{ epsilon: 0 }, 1, [2, 2]],
] as const) {
  test(`adversarial ${JSON.stringify(options)} adds the loss at the worst inputs nearby`, async (t) => {
    const app = createApp({ plugins: [regularizers], backend: 'reference' });
    const [w, x] = [app.tensor(Float64Array.of(2, -1)), app.tensor(Float64Array.of(1, 1))];
    const lossOn = ([given]: Several<Tensor>): Tensor => given.mul(w).sum().square();
    const found = penaltyOf(app, { adversarial: options }, { inputs: [x], loss: lossOn([x]), lossOn });
    t.is((await found.read()).data[0], loss);
    t.deepEqual([...(await gradients(found, [w])[0]!.read()).data], [...slope]);
    await app.close();
  });
}
