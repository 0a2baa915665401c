import type { App } from '../app/app.js';
import { isAdjointError } from '../errors.js';
import { matmul, oneHot } from '../graph/index.js';
import type { Model } from '../model/model.js';
import { RandomSource } from '../random/random-source.js';
import { defineLayer } from '../model/layer.js';
import { defineLoss } from '../training/loss.js';
import { defineOptimizer } from '../training/optimizer.js';
import { count, object, optional } from '../registry/options/index.js';
import { definePlugin } from '../registry/plugin.js';
import { sizeOf } from '../tensor/shape.js';
import type { Dataset } from '../data/dataset.js';
import type { FitOptions, TrainerOptions } from '../training/trainer-options.js';
import type { Trainer } from '../training/trainer.js';
import type { Assertions } from './test-function.js';

const classes = 3;
const imageShape = [1, 6, 6];
const pixels = sizeOf(imageShape);

const linear = defineLayer({
  options: object({ units: optional(count, classes) }),
  create: ({ units }) => ({
    build([input], scope) {
      const features = sizeOf(input.shape);
      const weight = scope.parameter('weight', [units, features], {
        initialize: (shape, { random }) => new Float32Array(sizeOf(shape)).map(() => 0.1 * random.normal()),
        role: 'kernel',
      });
      const bias = scope.parameter('bias', [units], { initialize: () => new Float32Array(units), role: 'bias' });
      return ([x], { value }) =>
        matmul(x.reshape([x.shape[0]!, features]), value(weight), { transposeB: true }).add(value(bias));
    },
  }),
});

/** The means of thirds of an image: what has no parameters. */
const bare = defineLayer({
  options: object({}),
  create: () => ({
    build:
      () =>
      ([x]) =>
        x.reshape([x.shape[0]!, classes, pixels / classes]).mean(2),
  }),
});

const crossEntropy = defineLoss({
  options: object({}),
  create: () => ({
    terms({ output, target }) {
      const wanted = target.dtype === 'int32' ? oneHot(target, classes) : target;
      return output.logSoftmax(-1).mul(wanted).sum(-1).neg();
    },
  }),
});

const squaredError = defineLoss({
  options: object({}),
  create: () => ({ terms: ({ output, target }) => output.sub(target).square() }),
});

const descent = defineOptimizer({
  options: object({}),
  create: () => ({
    learningRate: 0.1,
    init: () => ({}),
    update: (gradient, _, __, { learningRate }) => [gradient.mul(learningRate).neg(), {}],
  }),
});

const bed = definePlugin({
  name: '@contract/bed',
  version: '1.0.0',
  // The catalogues of users are not to list these names, so the names are not declared.
  layer: { 'contract/linear': linear, 'contract/bare': bare },
  loss: { 'contract/crossEntropy': crossEntropy, 'contract/squaredError': squaredError },
  optimizer: { 'contract/descent': descent },
});

/** The app with the layers and losses of this file. */
export function withBed(app: App): App {
  return app.registry.plugins().includes(bed) ? app : app.use(bed);
}

/** A linear classifier of small images and what trains it: plain descent, unless the options say otherwise. */
export function trainingBed(
  app: App,
  options: Partial<TrainerOptions> = {},
  { parameters = true }: { readonly parameters?: boolean } = {},
): { model: Model; trainer: Trainer } {
  withBed(app);
  const layer = parameters ? 'contract/linear' : 'contract/bare';
  const model = app.sequential({ input: imageShape, seed: 1 }, [layer as never]);
  const trainer = app.trainer(model, {
    loss: 'contract/crossEntropy' as never,
    optimizer: 'contract/descent' as never,
    seed: 2,
    ...options,
  });
  return { model, trainer };
}

/** Images of three classes, each a pattern of its own under noise. */
export function images(size = 24): Dataset {
  const random = new RandomSource(3);
  const data = Float32Array.from(
    { length: size * pixels },
    (_, i) => Math.sin((1 + (Math.floor(i / pixels) % classes)) * (i % pixels)) + 0.3 * random.normal(),
  );
  return {
    size,
    inputs: [{ shape: imageShape, dtype: 'float32' }],
    targets: [{ shape: [], dtype: 'int32' }],
    batch: (indices) => ({
      inputs: [
        {
          data: Float32Array.from(
            { length: indices.length * pixels },
            (_, i) => data[indices[Math.floor(i / pixels)]! * pixels + (i % pixels)]!,
          ),
          shape: [indices.length, ...imageShape],
          dtype: 'float32',
        },
      ],
      targets: [{ data: indices.map((index) => index % classes), shape: [indices.length], dtype: 'int32' }],
    }),
  };
}

/** The same without anything to be seen, so that weights get no gradient. */
export function blackImages(): Dataset {
  const seen = images();
  return {
    ...seen,
    async batch(indices) {
      const { inputs, ...batch } = await seen.batch(indices);
      return { ...batch, inputs: [{ ...inputs[0], data: inputs[0].data.map(() => 0) }] };
    },
  };
}

/** Three epochs of four steps, the last of which is smaller. */
const schedule: FitOptions = { epochs: 3, batchSize: 7 };

/**
 * Checks that training with batches of one, with a last batch of one, and without parameters keeps all values finite, or
 * is refused in words.
 */
export async function checkTiny(t: Assertions, makeApp: () => App, options: Partial<TrainerOptions>): Promise<void> {
  for (const parameters of [true, false]) {
    for (const batchSize of [1, 23]) {
      const app = makeApp();
      const { model, trainer } = trainingBed(app, options, { parameters });
      try {
        const { history } = await trainer.fit(images(), { epochs: 1, batchSize });
        const values = [
          ...history.map(({ metrics }) => metrics['loss']!),
          ...Object.values(await valuesOf(model)).flat(),
        ];
        t.true(
          values.every(Number.isFinite),
          `${parameters ? 'with' : 'without'} parameters in batches of ${batchSize}: ${values.slice(0, 20).join(', ')}`,
        );
      } catch (error) {
        t.true(isAdjointError(error) && error.code !== 'INTERNAL', String(error));
      }
      await app.close();
    }
  }
}

/** All values of a model, by name. */
export async function valuesOf(model: Model): Promise<Record<string, readonly number[]>> {
  return Object.fromEntries([...(await model.weights())].map(([name, { data }]) => [name, [...data]]));
}

export function checkFinite(t: Assertions, values: Readonly<Record<string, readonly number[]>>, what: string): void {
  for (const [parameter, own] of Object.entries(values))
    t.true(own.every(Number.isFinite), `${what}: ${parameter} is not finite`);
}

/** Checks that a run which is stopped in an epoch, saved and resumed by another trainer gives the same bits. */
export async function checkResuming(
  t: Assertions,
  makeApp: () => App,
  options: Partial<TrainerOptions>,
): Promise<void> {
  const apps = [makeApp(), makeApp(), makeApp()] as const;
  const [whole, stopped, resumed] = apps.map((app) => trainingBed(app, options)) as [Bed, Bed, Bed];
  await whole.trainer.fit(images(), schedule);

  stopped.trainer.on('step:end', ({ step }) => step === 5 && stopped.trainer.stop());
  await stopped.trainer.fit(images(), schedule);
  t.deepEqual(stopped.trainer.step, 6);
  const { metadata, tensors } = await stopped.trainer.state();
  await resumed.trainer.restore({ metadata: JSON.parse(JSON.stringify(metadata)), tensors });
  const { reason } = await resumed.trainer.fit(images(), schedule);

  t.deepEqual(reason, 'completed');
  t.deepEqual(await valuesOf(resumed.model), await valuesOf(whole.model));
  await Promise.all(apps.map((app) => app.close()));
}

type Bed = ReturnType<typeof trainingBed>;
