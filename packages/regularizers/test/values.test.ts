import test from 'ava';
import { createApp, type App, type RegularizerContext, type Tensor } from '@adjoint/core';
import { near, testCases } from '@adjoint/reference-values';
import { regularizers } from '../src/index.js';

/** A step whose inputs from the host are given by name. */
function stepOf(outputs: number, given: Readonly<Record<string, Tensor>> = {}): RegularizerContext {
  return {
    outputs,
    random: () => {
      throw new Error('no random numbers are needed');
    },
    stepInput: (name) => given[name]!,
  };
}

const penaltyOf = (app: App, strength: number, roles?: readonly string[]) =>
  app.registry.create('regularizer', { l2: { strength, ...(roles && { roles }) } }).penalty!;

testCases<{ readonly alpha: number }>(test, {
  file: new URL('../../test/penalties.json', import.meta.url),
  plugins: [regularizers],
  compute: (app, { w }, { alpha }) => ({
    penalty: penaltyOf(app, alpha)([{ name: 'dense/weight', role: 'kernel', value: w! }], stepOf(2)),
  }),
});

testCases<{ readonly smoothing: number; readonly classes: number }>(test, {
  file: new URL('../../test/label-smoothing.json', import.meta.url),
  plugins: [regularizers],
  compute(app, { target }, { smoothing, classes }) {
    const { targets } = app.registry.create('regularizer', { labelSmoothing: { smoothing } });
    return { target: targets!(target!, stepOf(classes)) };
  },
});

testCases<{ readonly lambda: number }>(test, {
  file: new URL('../../test/mixup.json', import.meta.url),
  plugins: [regularizers],
  compute(app, { x, target, permutation }, { lambda }) {
    const { batch } = app.registry.create('regularizer', 'mixup');
    const given = { lambda: app.tensor(Float64Array.of(lambda), []), permutation: permutation! };
    const mixed = batch!({ inputs: [x!], targets: target! }, stepOf(target!.shape[1]!, given));
    return { x: mixed.inputs[0]!, target: mixed.targets };
  },
});

test('l2 sums over the parameters of the roles that it is for', async (t) => {
  const app = createApp({ plugins: [regularizers], backend: 'reference' });
  const parameters = [
    { name: 'a/weight', role: 'kernel', value: app.tensor([1, 2]) },
    { name: 'b/weight', role: 'kernel', value: app.tensor([[3]]) },
    { name: 'b/bias', role: 'bias', value: app.tensor([4]) },
  ];
  near(t, await penaltyOf(app, 0.5)(parameters, stepOf(2)).read(), (0.5 / 2) * (1 + 4 + 9));
  near(t, await penaltyOf(app, 0.5, ['bias'])(parameters, stepOf(2)).read(), (0.5 / 2) * 16);
  near(t, await penaltyOf(app, 0.5, ['scale'])(parameters, stepOf(2)).read(), 0);
  await app.close();
});

test('class numbers are mixed as one-hot targets', async (t) => {
  const app = createApp({ plugins: [regularizers], backend: 'reference' });
  const { batch } = app.registry.create('regularizer', 'mixup');
  const given = { lambda: app.tensor(0.75), permutation: app.tensor(Int32Array.of(1, 0)) };
  const { inputs, targets } = batch!(
    { inputs: [app.tensor([[4], [8]])], targets: app.tensor(Int32Array.of(2, 0)) },
    stepOf(3, given),
  );
  near(t, await inputs[0]!.read(), [[5], [7]]);
  near(t, await targets.read(), [
    [0.25, 0, 0.75],
    [0.75, 0, 0.25],
  ]);
  await app.close();
});
