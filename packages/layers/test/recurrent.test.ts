import test from 'ava';
import { createApp, type Tensor } from '@adjoint/core';
import { applyLayer, near } from '@adjoint/reference-values';
import { layers } from '../src/index.js';

const app = createApp({ plugins: [layers], backend: 'reference' });

/** Weights of an RNN of one unit: h[t] = tanh(x[t] + h[t − 1]/2). */
function small(prefix = ''): Record<string, Tensor> {
  return {
    [`${prefix}inputWeight`]: app.tensor([[1]], undefined, 'float64'),
    [`${prefix}hiddenWeight`]: app.tensor([[0.5]], undefined, 'float64'),
  };
}

const sequence = (...values: number[]): Tensor => app.tensor(Float64Array.from(values), [1, values.length, 1]);
const oneUnit = { units: 1, bias: false } as const;

const first = Math.tanh(1);
const second = Math.tanh(2 + first / 2);
const third = Math.tanh(3 + second / 2);

test('an RNN carries its state along', async (t) => {
  const { outputs } = applyLayer(app, { simpleRnn: oneUnit }, [sequence(1, 2, 3)], { values: small() });
  near(t, await outputs[0].read(), [[[first], [second], [third]]]);
  near(t, await outputs[1]!.read(), [[third]]);
});

test('a mask stops the state, and its steps give 0', async (t) => {
  const mask = app.tensor(Uint8Array.of(1, 1, 0), [1, 3], 'bool');
  const both = { ...small('forward/'), ...small('backward/') };
  const { outputs } = applyLayer(app, { simpleRnn: { ...oneUnit, bidirectional: true } }, [sequence(1, 2, 9), mask], {
    values: both,
  });
  const back = Math.tanh(2);
  const backAgain = Math.tanh(1 + back / 2);
  near(t, await outputs[0].read(), [
    [
      [first, backAgain],
      [second, back],
      [0, 0],
    ],
  ]);
  near(t, await outputs[1]!.read(), [[[second], [backAgain]]]);
});

test('stacked layers read each other, and start from given states', async (t) => {
  const values = { ...small('layer_1/'), ...small('layer_2/') };
  const initial = app.tensor(Float64Array.of(0.4, -0.6), [1, 2, 1]);
  const { outputs } = applyLayer(
    app,
    { simpleRnn: { ...oneUnit, layers: 2, output: 'last' } },
    [sequence(1, 2), initial],
    {
      values,
    },
  );
  const lower = Math.tanh(1 + 0.2);
  const lowerNext = Math.tanh(2 + lower / 2);
  const upper = Math.tanh(lower - 0.3);
  const upperNext = Math.tanh(lowerNext + upper / 2);
  near(t, await outputs[0].read(), [[upperNext]]);
  near(t, await outputs[1]!.read(), [[[lowerNext], [upperNext]]]);
});

test('states and masks that do not fit are refused', (t) => {
  for (const input of [
    { shape: [2], dtype: 'float32' },
    { shape: [3, 1], dtype: 'bool' },
  ] as const) {
    t.throws(
      () =>
        app.model(({ input: given, layer }) =>
          layer({ lstm: { units: 2 } }, [given([3, 1]), given(input.shape, { dtype: input.dtype })]),
        ),
      { code: 'SHAPE_MISMATCH', message: /lstm.*mask, bool \[time\]/ },
    );
  }
});

test('an LSTM has 4·H·(F + H + 2) parameters, as in PyTorch', (t) => {
  const model = app.sequential({ input: [4, 3] }, [{ lstm: { units: 5, output: 'last' } }]);
  t.deepEqual(model.output.shape, [5]);
  const sizes = model.parameters.map(({ variable }) => variable.type.shape.reduce((a, b) => a * b, 1));
  t.is(
    sizes.reduce((sum, size) => sum + size, 0),
    4 * 5 * (3 + 5 + 2),
  );
});
