import test from 'ava';
import {
  createApp,
  type App,
  type ExpectedTarget,
  type HostTensor,
  type ParameterValue,
  type Tensor,
} from '@adjoint/core';
import { hookContext, hooksOf, near, penaltyOf, testCases } from '@adjoint/reference-values';
import { regularizers } from '../src/index.js';

/** The penalty of some parameters; it looks at nothing else of the batch. */
function l2Of(
  app: App,
  options: { strength: number; roles?: string[] },
  parameters: readonly ParameterValue[],
): Tensor {
  return penaltyOf(app, { l2: options }, { parameters });
}

testCases<{ readonly alpha: number }>(test, {
  file: new URL('../../test/penalties.json', import.meta.url),
  plugins: [regularizers],
  compute: (app, { w }, { alpha }) => ({
    penalty: l2Of(app, { strength: alpha }, [{ name: 'dense/weight', role: 'kernel', value: w! }]),
  }),
});

testCases<{ readonly smoothing: number; readonly classes: number }>(test, {
  file: new URL('../../test/label-smoothing.json', import.meta.url),
  plugins: [regularizers],
  compute(app, { target }, { smoothing, classes }) {
    const batch = { inputs: [target!], targets: [target!] } as const;
    const { targets } = hooksOf(app, { labelSmoothing: { smoothing } }).batch!(batch, hookContext(classes, 'float64'));
    return { target: targets[0]! };
  },
});

testCases<{ readonly lambda: number }>(test, {
  file: new URL('../../test/mixup.json', import.meta.url),
  plugins: [regularizers],
  compute(app, { x, target, permutation }, { lambda }) {
    const given = { lambda: app.tensor(Float64Array.of(lambda), []), permutation: permutation! };
    const context = hookContext(target!.shape[1]!, 'float64', given);
    const mixed = hooksOf(app, 'mixup').batch!({ inputs: [x!], targets: [target!] }, context);
    return { x: mixed.inputs[0]!, target: mixed.targets[0]! };
  },
});

test('l2 sums over the parameters of the roles that it is for', async (t) => {
  const app = createApp({ plugins: [regularizers], backend: 'reference' });
  const parameters = [
    { name: 'a/weight', role: 'kernel', value: app.tensor(Float64Array.of(1, 2)) },
    { name: 'b/weight', role: 'kernel', value: app.tensor(Float64Array.of(3), [1, 1]) },
    { name: 'b/bias', role: 'bias', value: app.tensor(Float64Array.of(4)) },
  ];
  near(t, await l2Of(app, { strength: 0.5 }, parameters).read(), (0.5 / 2) * (1 + 4 + 9));
  near(t, await l2Of(app, { strength: 0.5, roles: ['bias'] }, parameters).read(), (0.5 / 2) * 16);
  // A sum of none is a number, which belongs to no app.
  const [none] = await app.engine.evaluate([l2Of(app, { strength: 0.5, roles: ['scale'] }, parameters)]);
  near(t, none!, 0);
  await app.close();
});

test('class numbers are mixed as one-hot targets', async (t) => {
  const app = createApp({ plugins: [regularizers], backend: 'reference' });
  const given = { lambda: app.tensor(0.75), permutation: app.tensor(Int32Array.of(1, 0)) };
  const { inputs, targets } = hooksOf(app, 'mixup').batch!(
    { inputs: [app.tensor([[4], [8]])], targets: [app.tensor(Int32Array.of(2, 0))] },
    hookContext(3, 'float32', given),
  );
  near(t, await inputs[0]!.read(), [[5], [7]]);
  near(t, await targets[0]!.read(), [
    [0.25, 0, 0.75],
    [0.75, 0, 0.25],
  ]);
  await app.close();
});

test('targets are smoothed in the form that the loss takes them in', async (t) => {
  const app = createApp({ plugins: [regularizers], backend: 'reference' });
  const smooth = async (target: Tensor, expected: ExpectedTarget): Promise<HostTensor> => {
    const context = { ...hookContext(1, 'float64'), outputs: [expected.output] as const, targets: [expected] };
    const hook = hooksOf(app, { labelSmoothing: { smoothing: 0.2 } }).batch!;
    return hook({ inputs: [target], targets: [target] }, context).targets[0]!.read();
  };
  const output = (...shape: number[]) => ({ output: { shape, dtype: 'float64' } }) as const;

  // Yes and no of each output share 1.
  const labels = app.tensor(Int32Array.of(0, 1), [2, 1]);
  near(t, await smooth(labels, { targets: 'probabilities', ...output(1) }), [[0.1], [0.9]]);
  // The classes of a map share 1 in each place; class numbers may be floats.
  const map = app.tensor(Float32Array.of(1, 0), [1, 2]);
  near(t, await smooth(map, { targets: 'classes', ...output(2, 2) }), [
    [
      [0.1, 0.9],
      [0.9, 0.1],
    ],
  ]);
  await t.throwsAsync(smooth(map, { targets: 'numbers', ...output(2) }), { code: 'OPTIONS_INVALID' });
  await t.throwsAsync(smooth(map, { targets: 'classes', ignoredClass: -1, ...output(2, 2) }), {
    message: /the loss ignores the class -1/,
  });
  await t.throwsAsync(smooth(map, { targets: 'classes', ...output(3, 4) }), { code: 'SHAPE_MISMATCH' });
  await app.close();
});
