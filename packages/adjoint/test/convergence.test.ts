import test from 'ava';
import { choiceOf } from '@adjoint/reference-values';
import {
  createApp,
  defineLayer,
  defineLoss,
  definePlugin,
  hostTensor,
  slice,
  type Dataset,
  type NamesOf,
  type Tensor,
} from '../src/index.js';
import { object, oneOf } from '@adjoint/core/options';

// Every registered optimizer must come near the minimum of two functions, in steps that a run of seconds can take.

const functions = {
  /** Four times as steep in y as in x; 0 at (1, −2). */
  parabola: {
    start: [-1, 3],
    minimum: [1, -2],
    value: (x: Tensor, y: Tensor) => x.sub(1).square().add(y.add(2).square().mul(4)),
  },
  /** The bent valley of Rosenbrock 1960, from his start and with 10 for his 100, which takes a tenth of the steps; 0 at (1, 1). */
  valley: {
    start: [-1.2, 1],
    minimum: [1, 1],
    value: (x: Tensor, y: Tensor) => x.sub(1).square().add(y.sub(x.square()).square().mul(10)),
  },
} as const;

const steps = 3000;

/** Options for these functions, where the defaults, which are made for networks, take too long or overshoot. */
const options: Readonly<Record<string, object>> = {
  // Its steps are as long as those before, so that they must be let start.
  adadelta: { epsilon: 1e-3, decay: 0.95, learningRate: { base: 0.5, schedule: 'cosine' } },
  adagrad: { learningRate: 0.5 },
  adam: { learningRate: 0.05 },
  adamax: { learningRate: 0.05 },
  // The minimum is that of the function without a penalty.
  adamW: { learningRate: 0.05, weightDecay: 0 },
  asgd: { lambda: 0 },
  decoupledWeightDecay: { learningRate: 0.002, weightDecay: 0 },
  // What scales its steps to one length only stops if the rate falls.
  lamb: { learningRate: { base: 0.02, schedule: 'cosine' }, weightDecay: 0 },
  lars: { learningRate: 1 },
  lion: { learningRate: { base: 0.02, schedule: 'cosine' } },
  momentum: { learningRate: 0.002 },
  muon: { learningRate: 0.05, others: { adamW: { weightDecay: 0 } } },
  nadam: { learningRate: 0.02 },
  radam: { learningRate: 0.05 },
  rmsprop: { learningRate: { base: 0.02, schedule: 'cosine' } },
  // In a wide neighbourhood it prefers the flatter parts of the valley to the lowest.
  sam: { rho: 0.001 },
  scheduleFreeAdamW: { learningRate: 0.05 },
  scheduleFreeSgd: { learningRate: 0.02 },
};

/** A layer whose parameter is a point, and whose output is the value of a function there. */
const point = defineLayer({
  options: object({ on: oneOf('parabola', 'valley') }),
  create: ({ on }) => ({
    build(_, scope) {
      const { start, value: f } = functions[on];
      const at = scope.parameter('at', [2], { initialize: () => Float32Array.from(start), role: 'kernel' });
      return ([x], { value }) => {
        const w = value(at);
        return x!.mul(0).add(f(slice(w, [0], [1]), slice(w, [1], [2])));
      };
    },
  }),
});

const output = defineLoss({ options: object({}), create: () => ({ terms: ({ output: y }) => y }) });

const bed = definePlugin({
  name: '@test/bed',
  version: '1.0.0',
  layer: { 'test/point': point },
  loss: { 'test/output': output },
});

declare module '@adjoint/core' {
  interface Layers extends NamesOf<typeof bed.layer> {}
  interface Losses extends NamesOf<typeof bed.loss> {}
}

/** As many examples as there are steps; what they hold does not matter. */
const examples: Dataset = {
  size: steps,
  inputs: [{ shape: [1], dtype: 'float32' }],
  targets: [{ shape: [1], dtype: 'float32' }],
  batch: () => ({ inputs: [hostTensor([[0]])], targets: [hostTensor([[0]])] }),
};

for (const name of createApp().registry.names('optimizer')) {
  for (const on of ['parabola', 'valley'] as const) {
    test(`${name} comes near the minimum of the ${on}`, async (t) => {
      const app = createApp({ plugins: [bed] });
      const model = app.sequential({ input: [1] }, [{ 'test/point': { on } }]);
      const trainer = app.trainer(model, { loss: 'test/output', optimizer: choiceOf(name, options[name]) });
      await trainer.fit(examples, { epochs: 1, batchSize: 1 });
      const [x, y] = (await trainer.weights()).get('point/at')!.data as Float32Array;
      const { minimum } = functions[on];
      const distance = Math.hypot(x! - minimum[0], y! - minimum[1]);
      t.true(distance < 0.01, `(${x}, ${y}) is ${distance} away`);
      await app.close();
    });
  }
}
