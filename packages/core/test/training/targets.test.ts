import test from 'ava';
import {
  checkTarget,
  defineLoss,
  definePlugin,
  formTarget,
  hostTensor,
  type Dataset,
  type Expectation,
  type HostTensor,
  type TargetForm,
  type Tensor,
} from '../../src/index.js';
import { object } from '../../src/registry/options/index.js';
import { reducedLoss } from '../../src/testing/index.js';
import { tinyApp } from '../tiny.js';

// What a loss or a metric expects of targets and outputs, core sees to: with losses of others, too.

const app = tinyApp();
const zeros = (...shape: number[]): Tensor => app.tensor(new Float32Array(shape.reduce((a, b) => a * b, 1)), shape);
const formed = (form: TargetForm, target: Tensor, output: Tensor): Promise<HostTensor> =>
  formTarget('it', form, target, output).read();

test('numbers come in the shape and dtype of the outputs, with or without axes of 1', async (t) => {
  const three = app.tensor(Int32Array.of(1, 2, 3));
  for (const shape of [[3], [3, 1], [3, 1, 1]]) {
    for (const output of [zeros(3), zeros(3, 1), zeros(3, 1, 1)]) {
      const { dtype, shape: found, data } = await formed('numbers', three.reshape(shape), output);
      t.deepEqual([dtype, found, [...data]], ['float32', output.shape, [1, 2, 3]]);
    }
  }
  t.deepEqual((await formed('numbers', zeros(3, 2, 2), zeros(3, 4))).shape, [3, 4]);
});

test('targets that would have to be stretched are refused in words about targets', (t) => {
  for (const [target, output] of [
    [zeros(4), zeros(4, 4)],
    [zeros(1, 4), zeros(4)],
    [zeros(4, 1), zeros(4, 2)],
    [zeros(2, 3, 2), zeros(2, 2, 3)],
    [zeros(1), zeros(3)],
  ] as const) {
    const message = /targets \[.*\] do not fit the outputs/;
    t.throws(() => formTarget('it', 'numbers', target, output), { code: 'SHAPE_MISMATCH', message });
    t.throws(() => formTarget('it', 'probabilities', target, output), { code: 'SHAPE_MISMATCH', message });
  }
  t.throws(() => formTarget('it', 'classes', zeros(4, 3), zeros(4, 2)), { message: /class numbers \[4\] or/ });
  t.throws(() => formTarget('it', 'classes', zeros(4), zeros(4, 2, 3)), { message: /class numbers \[4, 3\] or/ });
});

test('classes are told from probabilities by their shape, whatever their dtype', async (t) => {
  const output = zeros(2, 3);
  for (const target of [Int32Array.of(2, 0), Float32Array.of(2, 0), Float64Array.of(2, 0)].map((data) =>
    app.tensor(data),
  )) {
    for (const shape of [[2], [2, 1]]) {
      const { dtype, shape: found, data } = await formed('classes', target.reshape(shape), output);
      t.deepEqual([dtype, found, [...data]], ['int32', [2], [2, 0]]);
    }
  }
  const rows = app.tensor(Int32Array.of(0, 1, 0, 1, 0, 0), [2, 3]);
  t.deepEqual([(await formed('classes', rows, output)).dtype], ['float32']);
  t.deepEqual((await formed('classes', zeros(2, 4, 4), zeros(2, 3, 4, 4))).shape, [2, 4, 4]);
  // A single output: class 1 is what its target makes likely.
  const single = await formed('classes', app.tensor([[0.05], [0.95], [1]]), zeros(3, 1));
  t.deepEqual([...single.data], [0, 1, 1]);
});

test('values that are no class or no probability are refused with their example', (t) => {
  const output = { shape: [3], dtype: 'float32' } as const;
  const classes: Expectation = { targets: 'classes' };
  const check =
    (expects: Expectation, target: HostTensor, of: Parameters<typeof checkTarget>[2] = output) =>
    () =>
      checkTarget(expects, target, of);
  t.notThrows(check(classes, hostTensor(Float32Array.of(0, 2, 1))));
  t.throws(check(classes, hostTensor(Float32Array.of(0, 1.5))), { message: /^Example 1 .* class 1.5; .* 0 … 2/ });
  t.throws(check(classes, hostTensor(Int32Array.of(0, 1, -1))), { code: 'DATA_INVALID', message: /Example 2/ });
  t.notThrows(check({ targets: 'classes', ignoredClass: -1 }, hostTensor(Int32Array.of(0, 1, -1))));
  t.throws(check(classes, hostTensor([[0, 0, 2]])), { message: /Example 0 .* the target 2, which is no probability/ });
  t.throws(
    check(
      classes,
      hostTensor([
        [0, 0, 1],
        [1, 0, 1],
      ]),
    ),
    { message: /Example 1 .* sum to 2 over the 3 classes/ },
  );
  t.notThrows(
    check(
      classes,
      hostTensor([
        [0.2, 0.3, 0.5],
        [0, 0, 0],
      ]),
    ),
  );
  const map = hostTensor([0.5, 0, 0, 1, 0.5, 0], [1, 3, 2]);
  t.notThrows(check(classes, map, { shape: [3, 2], dtype: 'float32' }));
  t.throws(check({ targets: 'probabilities' }, hostTensor([4, 8])), { message: /Example 0 .* target 4/ });
  t.notThrows(check({ targets: 'numbers' }, hostTensor([4, 8])));
  t.notThrows(check(classes, hostTensor([true, false]), { shape: [1], dtype: 'float32' }));
  t.throws(check(classes, hostTensor(Int32Array.of(2)), { shape: [1], dtype: 'float32' }), { message: /class 2; / });
});

test('a place that does not count may have an infinite term', async (t) => {
  const terms = { losses: app.tensor([Infinity, 2, NaN]), weights: app.tensor([0, 3, 0]) };
  const { mean } = reducedLoss({ terms: () => terms }, { output: zeros(3) });
  t.deepEqual([...(await mean.data())], [2]);
});

/** Losses of a third party: one that says what it expects, and one that does not. */
const others = definePlugin({
  name: '@test/others',
  version: '1.0.0',
  loss: {
    'test/careful': defineLoss({
      options: object({}),
      create: () => ({ targets: 'classes', scale: 'logits', terms: ({ output }) => output.square().sum(1) }),
    }),
    'test/careless': defineLoss({
      options: object({}),
      create: () => ({ terms: ({ output, target }) => output.sub(target).square() }),
    }),
  },
});

const data = (targets: HostTensor): Dataset => ({
  size: targets.shape[0]!,
  inputs: [{ shape: [2], dtype: 'float32' }],
  targets: [{ shape: targets.shape.slice(1), dtype: targets.dtype }],
  batch: () => ({
    inputs: [hostTensor(new Float32Array(2 * targets.shape[0]!), [targets.shape[0]!, 2])],
    targets: [targets],
  }),
});

test('a loss of a third party is looked after alike', async (t) => {
  const own = tinyApp({ plugins: [others] });
  const loss = (
    name: string,
    units: number,
    targets: HostTensor,
    apply = (x: Tensor): Tensor => x,
  ): Promise<unknown> => {
    const layers = [{ 'tiny/dense': { units } }, { 'tiny/lambda': { apply } }] as never[];
    const trainer = own.trainer(own.sequential({ input: [2] }, layers), {
      loss: name as never,
      optimizer: 'tiny/sgd',
    });
    return trainer.evaluate(data(targets));
  };
  await t.notThrowsAsync(loss('test/careful', 3, hostTensor(Int32Array.of(2, 0))));
  await t.throwsAsync(loss('test/careful', 3, hostTensor(Int32Array.of(3, 0))), { code: 'DATA_INVALID' });
  await t.throwsAsync(loss('test/careful', 3, hostTensor([[1, 2]])), {
    message: /loss 'careful': the targets \[1, 2\]/,
  });
  await t.throwsAsync(loss('test/careful', 1, hostTensor(Int32Array.of(1, 0))), {
    message: /one output for each class, at least two/,
  });
  await t.throwsAsync(
    loss('test/careful', 3, hostTensor(Int32Array.of(2, 0)), (x) => x.softmax()),
    { code: 'OPTIONS_INVALID', message: /takes logits, but the model gives probabilities: it ends in a sigmoid/ },
  );
  await t.notThrowsAsync(loss('test/careful', 3, hostTensor(Int32Array.of(2, 0)), (x) => x.logSoftmax()));
  // [4, 1] − [4] is [4, 4], which nobody wants.
  await t.throwsAsync(loss('test/careless', 1, hostTensor([1, 2, 3, 4])), {
    code: 'SHAPE_MISMATCH',
    message: /its terms \[4, 4\] are more than there are outputs \[4, 1\] or targets \[4\]/,
  });
  await own.close();
});
