import {
  defineOptimizer,
  definePlugin,
  defineRegularizer,
  defineSchedule,
  stepRule,
  stepRuleOf,
  updateRule,
  varying,
  where,
  zerosLike,
  type Choice,
  type Definition,
  type NamesOf,
  type SlotTree,
  type Tensor,
} from '../../src/index.js';
import {
  documented,
  fraction,
  number,
  object,
  optional,
  choice,
  type Schema,
} from '../../src/registry/options/index.js';
import { accumulated } from '../tiny.js';

// Optimizers, schedules and regularizers that the interfaces must carry, by a small plugin each.

/** A velocity whose share follows a schedule: what one-cycle asks for. */
const heavyBall = defineOptimizer({
  options: object({
    learningRate: optional(varying(number), 0.01),
    share: documented(optional(varying(fraction), 0.9), 'Share of the velocity that is kept.'),
  }),
  create: ({ share }) =>
    updateRule({
      init: ({ value }) => ({ inner: { velocity: zerosLike(value) } }),
      update(gradient, { inner: { velocity } }, _, { learningRate, value }) {
        const next = velocity.mul(value(share)).add(gradient);
        return [next.mul(learningRate).neg(), { inner: { velocity: next } }];
      },
    }),
});

/** The mean of all values so far is what is evaluated (averaged stochastic gradient descent). */
const averaged = defineOptimizer({
  options: object({ learningRate: optional(number, 0.02) }),
  create: () =>
    updateRule({
      init: ({ value }) => ({ mean: value }),
      update(gradient, { mean }, { value }, { learningRate, scalar }) {
        const change = gradient.mul(learningRate).neg();
        const share = scalar('share', ({ step }) => 1 / (step + 1));
        return [change, { mean: mean.add(value.add(change).sub(mean).mul(share)) }];
      },
      evaluation: ({ mean }) => mean,
    }),
});

interface LookaheadOptions {
  readonly learningRate?: number | undefined;
  readonly base?: Choice<'optimizer'> | undefined;
  readonly every?: number | undefined;
}

/** Every `every` steps the values go half the way back to where they were. */
const lookahead: Definition<'optimizer', Schema<LookaheadOptions>> = defineOptimizer({
  options: object({
    learningRate: optional(number, 0.02),
    base: optional(choice('optimizer'), 'tiny/sgd'),
    every: optional(number, 2),
  }),
  create({ base, every }, { create }) {
    const inner = stepRuleOf(create('optimizer', base));
    return stepRule<{ base: SlotTree; slow: Record<string, Tensor> }>({
      init: (parameters) => ({
        base: inner.init(parameters),
        slow: Object.fromEntries(parameters.map(({ name, value }) => [name, value])),
      }),
      step(context) {
        const { slots, parameters, scalar } = context;
        const fast = inner.step({ ...context, slots: slots.base });
        const now = scalar('now', ({ step }) => Number((step + 1) % every === 0)).greater(0);
        const slow = parameters.map(({ name, value }, i) => {
          const old = slots.slow[name] ?? value;
          return where(now, old.add((fast.values[i] ?? value).sub(old).mul(0.5)), old);
        });
        return {
          values: parameters.map(({ value }, i) => where(now, slow[i] ?? value, fast.values[i] ?? value)),
          slots: {
            base: fast.slots,
            slow: Object.fromEntries(parameters.map(({ name, value }, i) => [name, slow[i] ?? value])),
          },
        };
      },
    });
  },
});

/** Polyak's step: η = L/‖g‖², with the loss that the rule is told. */
const polyak = defineOptimizer({
  options: object({}),
  create: () => ({
    kind: 'step',
    init: () => ({}),
    step({ parameters, lossAndGradients }) {
      const { loss, gradients } = lossAndGradients();
      const length = gradients.map((gradient) => gradient.square().sum()).reduce((sum, part) => sum.add(part));
      return { values: parameters.map(({ value }, i) => value.sub(gradients[i]!.mul(loss.div(length)))), slots: {} };
    },
  }),
});

/** Nesterov's gradient in the textbook's form: v ← βv − η·g(w + βv); w ← w + v (Sutskever et al. 2013, equations 3 and 4). */
const nesterov = defineOptimizer({
  options: object({ learningRate: optional(number, 0.01) }),
  create: () =>
    stepRule<Record<string, Tensor>>({
      init: (parameters) => Object.fromEntries(parameters.map(({ name, value }) => [name, zerosLike(value)])),
      step({ parameters, slots, learningRate, lossAndGradients }) {
        const carried = parameters.map(({ name, value }) => (slots[name] ?? zerosLike(value)).mul(0.9));
        const { gradients } = lossAndGradients(parameters.map(({ value }, i) => value.add(carried[i]!)));
        const next = carried.map((velocity, i) => velocity.sub(gradients[i]!.mul(learningRate)));
        return {
          values: parameters.map(({ value }, i) => value.add(next[i]!)),
          slots: Object.fromEntries(parameters.map(({ name }, i) => [name, next[i]!])),
        };
      },
    }),
});

/** Gradient descent whose rate is halved until the loss falls enough (Armijo 1966): the host drives it. */
const lineSearch = defineOptimizer({
  options: object({ learningRate: optional(number, 1) }),
  create: () => ({
    kind: 'host',
    async step({ values, learningRate, lossAndGradients, state }) {
      const { loss, gradients } = await lossAndGradients(values);
      const slope = gradients.flatMap(({ data }) => [...data]).reduce((sum, g) => sum + g * g, 0);
      let calls = 1;
      for (let rate = learningRate; ; rate /= 2) {
        const next = values.map((value, i) => ({
          ...value,
          data: Float32Array.from(value.data, (w, j) => w - rate * gradients[i]!.data[j]!),
        }));
        calls++;
        if ((await lossAndGradients(next)).loss <= loss - 0.5 * rate * slope || rate < 1e-9) {
          const before = state.get('calls')?.data[0] ?? 0;
          state.set('calls', { data: Int32Array.of(before + calls), shape: [1], dtype: 'int32' });
          return next;
        }
      }
    },
  }),
});

/** An exponential moving average of the weights, which is what is evaluated. */
const movingAverage = defineRegularizer({
  options: object({ decay: optional(varying(fraction), 0.5) }),
  create:
    ({ decay }) =>
    (scope, parameters) => {
      const averages = new Map(
        parameters.map((parameter) => [
          parameter.name,
          scope.state(parameter.name, parameter.variable.type.shape, parameter),
        ]),
      );
      return {
        average({ name, value }, context) {
          const average = averages.get(name)!;
          const kept = context.value(decay);
          context.update(
            average,
            context
              .value(average)
              .mul(kept)
              .add(value.mul(kept.neg().add(1))),
          );
        },
        evaluation: ({ name }, context) => context.value(averages.get(name)!),
      };
    },
});

/** Outputs are to change little when inputs do: Σ (f(x + 0.1) − f(x))². */
const smooth = defineRegularizer({
  options: object({ strength: optional(varying(number), 1) }),
  create: ({ strength }) => ({
    penalty: ({ inputs: [x, ...others], outputs: [y], forward }, { value }) =>
      forward([x.add(0.1), ...others])[0]
        .sub(y)
        .square()
        .mean()
        .mul(value(strength)),
  }),
});

/** Soft threshold by the learning rate: the proximal step of an L¹ penalty. */
const proximal = defineRegularizer({
  options: object({}),
  create: () => ({
    constraint: ({ value }, { learningRate }) => value.sign().mul(value.abs().sub(learningRate).maximum(0)),
  }),
});

/** Halves the base after each epoch whose validation loss is not below the best before it. */
const plateau = defineSchedule({
  options: object({}),
  create:
    () =>
    ({ base, history }) => {
      let best = Infinity;
      let value = base;
      for (const { validation, metrics } of history) {
        const loss = (validation ?? metrics)['loss'] ?? NaN;
        if (loss < best * 0.9) best = loss;
        else value /= 2;
      }
      return value;
    },
});

/** Up in the first half of the run and down in the second, from half the base to the base. */
const triangle = defineSchedule({
  options: object({}),
  create:
    () =>
    ({ base, step, totalSteps }) =>
      base * (1 - Math.abs(step / totalSteps - 0.5)),
});

const optimizer = {
  'parts/heavyBall': heavyBall,
  'parts/averaged': averaged,
  'parts/lookahead': lookahead,
  'parts/polyak': polyak,
  'parts/nesterov': nesterov,
  'parts/lineSearch': lineSearch,
};
/** A transform that has a name like a layer and keeps a slot. */
const transform = { 'parts/summing': accumulated };
const regularizer = { 'parts/movingAverage': movingAverage, 'parts/smooth': smooth, 'parts/proximal': proximal };
const schedule = { 'parts/plateau': plateau, 'parts/triangle': triangle };

export const parts = definePlugin({
  name: '@parts/plugin',
  version: '1.0.0',
  optimizer,
  gradientTransform: transform,
  regularizer,
  schedule,
});

declare module '../../src/index.js' {
  interface Optimizers extends NamesOf<typeof optimizer> {}
  interface GradientTransforms extends NamesOf<typeof transform> {}
  interface Regularizers extends NamesOf<typeof regularizer> {}
  interface Schedules extends NamesOf<typeof schedule> {}
}
