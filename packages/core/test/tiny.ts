import type { StandardSchemaV1 } from '@standard-schema/spec';
import { createApp, type App } from '../src/app/app.js';
import type { AppOptions } from '../src/app/app-options.js';
import {
  bernoulli,
  defineGradientTransform,
  defineLayer,
  defineLoss,
  defineMetric,
  defineOptimizer,
  definePlugin,
  defineRegularizer,
  defineSchedule,
  gradientTransform,
  hostTensor,
  matmul,
  metric,
  relu as rectify,
  updateRule,
  where,
  zerosLike,
  type Dataset,
  type NamesOf,
  type Tensor,
} from '../src/index.js';
import { choice, integer, number, object, optional } from '../src/registry/options/index.js';

// The smallest plugins that try every seam of training; the numbers that they give can be worked out by hand.

const dense = defineLayer({
  options: object({ units: integer, initializer: optional(choice('initializer'), 'fanInUniform') }),
  create: ({ units, initializer }, { create }) => {
    const initialize = create('initializer', initializer);
    return {
      build([input], scope) {
        const weight = scope.parameter('weight', [units, input.shape[0]!], { initialize, role: 'kernel' });
        return ([x], { value }) => matmul(x, value(weight), { transposeB: true });
      },
    };
  },
});

const relu = defineLayer({
  options: object({}),
  create: () => ({
    build:
      () =>
      ([x]) =>
        rectify(x),
  }),
});

const add = defineLayer({
  options: object({}),
  create: () => ({ build: () => (inputs) => inputs.reduce((sum, x) => sum.add(x)) }),
});

/** Counts the training steps that it has seen. */
const counter = defineLayer({
  options: object({}),
  create: () => ({
    build(_, scope) {
      const steps = scope.state('steps', [], 0);
      return ([x], { value, update }) => {
        update(steps, value(steps).add(1));
        return x;
      };
    },
  }),
});

const dropout = defineLayer({
  options: object({}),
  create: () => ({
    build:
      () =>
      ([x], { training, random }) =>
        training ? where(bernoulli(random(), 0.5, x.shape), x.mul(2), 0) : x,
  }),
});

/** An option that JSON cannot hold. */
const anything: StandardSchemaV1<{ readonly apply: (x: Tensor) => Tensor }> = {
  '~standard': { version: 1, vendor: 'tiny', validate: (value) => ({ value: value as never }) },
};
const lambda = defineLayer({
  options: anything,
  create: ({ apply }) => ({
    build:
      () =>
      ([x]) =>
        apply(x),
  }),
});

/** L = mean (y − t)². */
const squared = defineLoss({
  options: object({}),
  create: () => ({ terms: ({ output, target }) => output.sub(target.reshape(output.shape)).square() }),
});

const sgd = defineOptimizer({
  options: object({ learningRate: optional(number, 0.1) }),
  create: () => ({
    init: () => ({}),
    update: (gradient, _, __, { learningRate }) => [gradient.mul(learningRate).neg(), {}],
  }),
});

const momentum = defineOptimizer({
  options: object({ learningRate: optional(number, 0.1) }),
  create: () =>
    updateRule({
      init: ({ value }) => ({ velocity: zerosLike(value) }),
      update: (gradient, { velocity }, _, { learningRate, scalar }) => {
        const next = velocity.mul(0.9).add(gradient);
        const fade = scalar('fade', ({ step }) => 1 / (step + 1));
        return [next.mul(learningRate).mul(fade).neg(), { velocity: next }];
      },
    }),
});

/** w ← w − η·g(w + ρ·g(w)). */
const climbing = defineOptimizer({
  options: object({ learningRate: optional(number, 0.1), radius: optional(number, 0.5) }),
  create: ({ radius }) => ({
    kind: 'step',
    init: () => ({}),
    step({ parameters, lossAndGradients, learningRate }) {
      const first = lossAndGradients().gradients;
      const second = lossAndGradients(parameters.map(({ value }, i) => value.add(first[i]!.mul(radius)))).gradients;
      return { values: parameters.map(({ value }, i) => value.sub(second[i]!.mul(learningRate))), slots: {} };
    },
  }),
});

/** The sum of all gradients so far. */
export const accumulated = defineGradientTransform({
  options: object({}),
  create: () =>
    gradientTransform<Record<string, Tensor>>({
      init: (parameters) => Object.fromEntries(parameters.map(({ name, value }) => [name, zerosLike(value)])),
      update(gradients, { parameters, slots }) {
        const sums = gradients.map((gradient, i) => slots[parameters[i]!.name]!.add(gradient));
        return { gradients: sums, slots: Object.fromEntries(sums.map((sum, i) => [parameters[i]!.name, sum])) };
      },
    }),
});

/** Halves the rate after every step. */
const halving = defineSchedule({
  options: object({}),
  create:
    () =>
    ({ step, base }) =>
      base / 2 ** step,
});

/** Adds to every weight what the host draws for the step. */
const shaken = defineRegularizer({
  options: object({}),
  create: () => ({
    parameter: ({ name, value }, { scalar }) => value.add(scalar(name, ({ random }) => 0.1 * random.normal())),
  }),
});

/** Adds `add` to the inputs and targets, `penalty`·Σw to the loss, and keeps weights below `most`. */
const hooked = defineRegularizer({
  options: object({ add: optional(number, 0), penalty: optional(number, 0), most: optional(number, 1e9) }),
  create: ({ add: amount, penalty, most }) => ({
    batch: ({ inputs, targets, weights }) => ({
      inputs: inputs.map((x) => x.add(amount)),
      targets: targets.map((target) => target.add(amount)),
      weights,
    }),
    penalty: ({ parameters }) =>
      parameters
        .map(({ value }) => value.sum())
        .reduce((sum, part) => sum.add(part))
        .mul(penalty),
    constraint: ({ value }) => value.minimum(most),
  }),
});

/** Mean of |y − t| over a whole pass, and the number of examples. */
const absolute = defineMetric({
  options: object({}),
  create: () =>
    metric({
      measure: ({ output, target }) => ({
        sum: output.sub(target.reshape(output.shape)).abs().sum(),
        count: output.shape[0]!,
      }),
      finish: ({ sum, count }) => ({ error: sum.data[0]! / count.data[0]!, count: count.data[0]! }),
    }),
});

const tiny = definePlugin({
  name: '@tiny/plugin',
  version: '1.0.0',
  layer: {
    'tiny/dense': dense,
    'tiny/relu': relu,
    'tiny/add': add,
    'tiny/counter': counter,
    'tiny/dropout': dropout,
    'tiny/lambda': lambda,
  },
  loss: { 'tiny/squared': squared },
  optimizer: { 'tiny/sgd': sgd, 'tiny/momentum': momentum, 'tiny/climbing': climbing },
  gradientTransform: { 'tiny/accumulated': accumulated },
  schedule: { 'tiny/halving': halving },
  regularizer: { 'tiny/shaken': shaken, 'tiny/hooked': hooked },
  metric: { 'tiny/absolute': absolute },
});

declare module '../src/index.js' {
  interface Layers extends NamesOf<typeof tiny.layer> {}
  interface Losses extends NamesOf<typeof tiny.loss> {}
  interface Optimizers extends NamesOf<typeof tiny.optimizer> {}
  interface GradientTransforms extends NamesOf<typeof tiny.gradientTransform> {}
  interface Schedules extends NamesOf<typeof tiny.schedule> {}
  interface Regularizers extends NamesOf<typeof tiny.regularizer> {}
  interface Metrics extends NamesOf<typeof tiny.metric> {}
}

export function tinyApp({ plugins = [], backend = 'reference' }: AppOptions = {}): App {
  return createApp({ plugins: [tiny, ...plugins], backend });
}

/** Examples of `features` numbers with one target each. */
export function examples(inputs: readonly (readonly number[])[], targets: readonly number[]): Dataset {
  return {
    size: inputs.length,
    inputs: [{ shape: [inputs[0]!.length], dtype: 'float32' }],
    targets: [{ shape: [], dtype: 'float32' }],
    batch: (indices) => ({
      inputs: [hostTensor([...indices].map((i) => inputs[i]!))],
      targets: [hostTensor([...indices].map((i) => targets[i]!))],
    }),
  };
}

/** Ten points, t = 2a − b. */
export const points: Dataset = examples(
  Array.from({ length: 10 }, (_, i) => [Math.sin(i), Math.cos(2 * i)]),
  Array.from({ length: 10 }, (_, i) => 2 * Math.sin(i) - Math.cos(2 * i)),
);
