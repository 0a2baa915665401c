import test from 'ava';
import {
  createApp,
  defineLayer,
  defineLoss,
  defineOptimizer,
  definePlugin,
  hostTensor,
  type Choice,
  type Dataset,
  type FitResult,
  type NamesOf,
  type Warning,
} from '@adjoint/core';
import { object } from '@adjoint/core/options';
import { regularizers } from '../src/index.js';

// A model that gives back its input and never learns, whose loss is the target: so a dataset says what its loss is.

const options = object({});

const still = defineLayer({
  options,
  create: () => ({
    build(_, scope) {
      const weight = scope.parameter('weight', [], { initialize: () => new Float32Array(1), role: 'kernel' });
      return ([x], { value }) => x!.add(value(weight));
    },
  }),
});

const target = defineLoss({ options, create: () => ({ terms: ({ output, target }) => target.add(output.mul(0)) }) });

const none = defineOptimizer({
  options,
  create: () => ({ init: () => ({}), update: (gradient) => [gradient.mul(0), {}] }),
});

const bed = definePlugin({
  name: '@test/bed',
  version: '1.0.0',
  layer: { 'test/still': still },
  loss: { 'test/target': target },
  optimizer: { 'test/none': none },
});

declare module '@adjoint/core' {
  interface Layers extends NamesOf<typeof bed.layer> {}
  interface Losses extends NamesOf<typeof bed.loss> {}
  interface Optimizers extends NamesOf<typeof bed.optimizer> {}
}

/** One example whose target is the next of these figures each time it is read. */
function figures(values: readonly number[]): Dataset {
  let reads = 0;
  return {
    size: 1,
    inputs: [{ shape: [1], dtype: 'float32' }],
    targets: [{ shape: [1], dtype: 'float32' }],
    batch: () => ({ inputs: [hostTensor([[0]])], targets: [hostTensor([[values[reads++]!]])] }),
  };
}

interface Run {
  readonly stopping: Choice<'regularizer'>;
  readonly training: readonly number[];
  readonly validation?: readonly number[];
}

/** Trains for as many epochs as there are figures, or fewer. */
async function fit({ stopping, training, validation }: Run): Promise<FitResult & { readonly warnings: Warning[] }> {
  const app = createApp({ plugins: [regularizers, bed], backend: 'reference' });
  const model = app.sequential({ input: [1] }, ['test/still']);
  const trainer = app.trainer(model, {
    loss: 'test/target',
    optimizer: 'test/none',
    regularizers: [stopping],
  });
  const warnings: Warning[] = [];
  trainer.on('warning', (warning) => warnings.push(warning));
  const result = await trainer.fit(figures(training), {
    epochs: training.length,
    batchSize: 1,
    ...(validation && { validation: figures(validation) }),
  });
  await app.close();
  return { ...result, warnings };
}

const steady = new Array<number>(10).fill(1);

test('a run ends when the loss of the validation has not fallen for three epochs', async (t) => {
  const result = await fit({
    stopping: 'earlyStopping',
    training: steady,
    validation: [5, 4, 6, 3, 3, 3.5, 4, 1, 1, 1],
  });
  t.is(result.reason, 'stopped');
  t.is(result.detail, 'loss has not improved for 3 epochs');
  t.deepEqual(
    result.history.map(({ validation }) => validation!['loss']),
    [5, 4, 6, 3, 3, 3.5, 4],
  );
});

test('without a validation the figures of the training count, and a warning says so once', async (t) => {
  const { history, warnings } = await fit({
    stopping: { earlyStopping: { patience: 2 } },
    training: [3, 2, 2, 2, 1, 1],
  });
  t.is(history.length, 4);
  t.is(warnings.length, 1);
  t.regex(warnings[0]!.message, /given no validation/);
});

test('more is better if the goal says so', async (t) => {
  const stopping = { earlyStopping: { goal: 'max', patience: 2 } } as const;
  const { history } = await fit({ stopping, training: [1, 2, 3, 2, 1, 0] });
  t.is(history.length, 5);
});

test('a change within the tolerance is no improvement', async (t) => {
  const training = [4, 3.75, 3.5, 3.25, 3, 2.75];
  const within = { earlyStopping: { tolerance: 0.5, patience: 2 } };
  // 3.5 is not below 4 − 0.5, so the second epoch without an improvement ends the run.
  t.is((await fit({ stopping: within, training })).history.length, 3);
  t.is((await fit({ stopping: { earlyStopping: { tolerance: 0.2, patience: 1 } }, training })).reason, 'completed');
});

test('a figure that does not exist is refused before training', async (t) => {
  await t.throwsAsync(fit({ stopping: { earlyStopping: { metric: 'f1', patience: 1 } }, training: steady }), {
    code: 'OPTIONS_INVALID',
    message: /there is no figure 'f1'/,
  });
});

test('fitMonitor warns once when the model begins to over-fit, with what it judged by', async (t) => {
  const { warnings, reason } = await fit({
    stopping: { fitMonitor: { patience: 2 } },
    training: [4, 3, 2, 1.5, 1, 0.5],
    validation: [5, 4, 3, 3.2, 3.5, 4],
  });
  t.is(reason, 'completed');
  t.deepEqual(
    warnings.map(({ code, details }) => ({ code, details })),
    [{ code: 'OVERFITTING', details: { bestEpoch: 2, best: 3, validation: 3.5, trainingAtBest: 2, training: 1 } }],
  );
});

test('fitMonitor warns of under-fitting where the loss of training stays high', async (t) => {
  const { warnings } = await fit({
    stopping: { fitMonitor: { patience: 2 } },
    training: [4, 3.5, 3, 3, 2.984375, 2.984375],
    validation: [4, 3.5, 3.25, 3.25, 3.25, 3.25],
  });
  t.deepEqual(
    warnings.map(({ code, details }) => ({ code, details })),
    [{ code: 'UNDERFITTING', details: { trainingBefore: 3, training: 2.984375, bound: 2, validation: 3.25 } }],
  );
});

test('fitMonitor has nothing to say of a loss that falls, or that is low enough, or of a small gap', async (t) => {
  const monitor = { fitMonitor: { patience: 2, enough: 1 } };
  const falling = { training: [4, 3, 2, 1.2, 1, 0.9], validation: [5, 4, 3, 2, 1.5, 1.2] };
  const low = { training: [1, 0.99, 0.99, 0.99], validation: [1, 1, 1, 1] };
  const small = { training: [4, 2, 1, 0.9, 0.8], validation: [4, 2, 1, 1.05, 1.05] };
  for (const losses of [falling, low, small]) t.deepEqual((await fit({ stopping: monitor, ...losses })).warnings, []);
});
