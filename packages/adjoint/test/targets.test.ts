import test from 'ava';
import { createApp, hostTensor, type Choice, type HostTensor } from '../src/index.js';
import { dataset } from '@adjoint/data';

// Targets, logits and probabilities: what users hand over works, or is refused in words.

const app = createApp();
test.after(() => app.close());
type Layers = Parameters<typeof app.sequential>[1];

interface Case {
  readonly inputs: HostTensor;
  readonly targets: NonNullable<Parameters<typeof dataset>[0]['targets']>;
  readonly layers: Layers;
  readonly loss: Choice<'loss'>;
  readonly metrics?: Choice<'metric'>[];
  readonly regularizers?: Choice<'regularizer'>[];
}

const scored = async ({ inputs, targets, layers, ...options }: Case) => {
  const model = app.sequential({ input: inputs.shape.slice(1) }, layers);
  const trainer = app.trainer(model, { optimizer: 'sgd', ...options });
  const data = dataset({ inputs, targets });
  if (options.regularizers) return (await trainer.fit(data, { epochs: 1, batchSize: 'full' })).history[0]!.metrics;
  return trainer.evaluate(data);
};
const even: Layers = [{ dense: { units: 3, initializer: 'zeros' } }];
const fourRows = hostTensor(new Float32Array(8), [4, 2]);

test('class numbers of every kind of array are class numbers', async (t) => {
  const labels = [2, 0, 1, 2];
  const kinds = [Float32Array, Float64Array, Int8Array, Int16Array, Int32Array, Uint8Array, Uint16Array, Uint32Array];
  const columns = kinds.map((kind) => kind.from(labels));
  for (const data of [...columns, BigInt64Array.from(labels, BigInt)]) {
    const { loss, accuracy } = await scored({
      inputs: fourRows,
      targets: { data } as never,
      layers: even,
      loss: 'crossEntropy',
      metrics: ['accuracy'],
    });
    t.true(Math.abs(loss! - Math.log(3)) < 1e-6, data.constructor.name);
    t.is(accuracy, 0.25, data.constructor.name);
  }
});

test('one output has no cross-entropy', async (t) => {
  const targets = hostTensor([0, 1, 1, 0], [4, 1]);
  await t.throwsAsync(scored({ inputs: fourRows, targets, layers: [{ dense: { units: 1 } }], loss: 'crossEntropy' }), {
    code: 'SHAPE_MISMATCH',
    message: /at least two, but the outputs are \[4, 1\]/,
  });
});

test('a softmax before a loss of logits is refused, and the loss can be told of it', async (t) => {
  const inputs = hostTensor([[Math.log(9), 0]]);
  const targets = hostTensor(Int32Array.of(0));
  for (const layers of [['softmax'], ['softmax', 'flatten'], ['sigmoid']] as Layers[])
    await t.throwsAsync(scored({ inputs, targets, layers, loss: 'crossEntropy' }), { message: /takes logits/ });
  const loss = { crossEntropy: { scale: 'probabilities' } } as const;
  t.true(Math.abs((await scored({ inputs, targets, layers: ['softmax'], loss })).loss! - -Math.log(0.9)) < 1e-6);
  await t.throwsAsync(scored({ inputs, targets, layers: even, loss }), {
    message: /takes probabilities, but .* logits/,
  });
});

test('metrics of a sigmoid have their threshold at a half, those of a logit at 0', async (t) => {
  const inputs = hostTensor([-2, -2, 2], [3, 1]);
  const targets = hostTensor([0, 0, 1], [3, 1]);
  for (const layers of [['sigmoid'], ['flatten']] as Layers[]) {
    const { accuracy, f1 } = await scored({
      inputs,
      targets,
      layers,
      loss: 'meanSquaredError',
      metrics: ['accuracy', 'f1'],
    });
    t.deepEqual([accuracy, f1], [1, 1]);
  }
  // Told, where the model does not show it: σ by hand.
  const { accuracy } = await scored({
    inputs: hostTensor([0.12, 0.12, 0.88], [3, 1]),
    targets,
    layers: ['flatten'],
    loss: 'meanSquaredError',
    metrics: [{ accuracy: { scale: 'probabilities' } }],
  });
  t.is(accuracy, 1);
});

test('a target of 0 counts nothing beside a class that is masked or far off', async (t) => {
  const targets = hostTensor([[1, 0]]);
  for (const scores of [
    [3e38, -3e38],
    [0, -1e38],
    [1e4, -1e4],
  ])
    t.is((await scored({ inputs: hostTensor([scores]), targets, layers: ['flatten'], loss: 'crossEntropy' })).loss, 0);
});

test('label smoothing and mixup refuse a regression', async (t) => {
  const targets = hostTensor([[4, 8]]);
  const inputs = hostTensor([[0]]);
  const layers: Layers = [{ dense: { units: 2 } }];
  for (const regularizer of ['labelSmoothing', 'mixup'] as const)
    await t.throwsAsync(scored({ inputs, targets, layers, loss: 'meanSquaredError', regularizers: [regularizer] }), {
      code: 'OPTIONS_INVALID',
      message: new RegExp(`${regularizer}: the loss takes the targets for numbers`),
    });
  const { loss } = await scored({
    inputs,
    targets: hostTensor(Int32Array.of(1)),
    layers: [{ dense: { units: 2, initializer: 'zeros' } }],
    loss: 'crossEntropy',
    regularizers: [{ labelSmoothing: { smoothing: 0.5 } }],
  });
  t.true(Math.abs(loss! - Math.log(2)) < 1e-6);
});
