import type { App } from '../app/app.js';
import { gradCheck } from './grad-check.js';
import { Trace } from '../engine/trace.js';
import { isAdjointError } from '../errors.js';
import { constant } from '../graph/primitives/leaf.js';
import type { Tensor } from '../graph/tensor.js';
import { evaluationContext, valueOf } from '../model/evaluation-context.js';
import type { ForwardContext } from '../model/layer.js';
import type { Model } from '../model/model.js';
import { RandomSource } from '../random/random-source.js';
import { readChoice, shortName } from '../registry/choice.js';
import type { Choice } from '../registry/kinds.js';
import { hostTensor, type HostTensor } from '../tensor/host-tensor.js';
import { severalOf } from '../tensor/several.js';
import { sizeOf, type Shape } from '../tensor/shape.js';
import { differenceOf } from './difference.js';
import { graphText } from './graph-text.js';
import { randomTensor } from './random-tensor.js';
import type { TestFunction } from './test-function.js';

export interface LayerSample {
  /** Makes an app with the layer's plugin and a backend. */
  readonly app: () => App;
  readonly layer: Choice<'layer'>;
  /** Shapes of one example of each input; small ones, since every element is nudged. */
  readonly inputs: readonly Shape[];
  /** Largest relative error of a derivative; 1e-5 if not given. */
  readonly tolerance?: number;
}

const batch = 3;

/**
 * The contract of a layer: it keeps no state of its own, treats examples apart in evaluation, has the gradients that
 * central differences give (by inputs and parameters, in both modes, in float64), and comes back from JSON.
 */
export function testLayer(
  test: TestFunction,
  { app: makeApp, layer, inputs: shapes, tolerance = 1e-5 }: LayerSample,
): void {
  const { name } = readChoice('layer', layer);
  const title = `${name} on ${shapes.map((shape) => `[${shape.join(', ')}]`).join(' and ')}`;
  const compose = (app: App): Model =>
    app.model(
      ({ input, layer: add }) =>
        add(
          layer,
          shapes.map((shape) => input(shape)),
        ),
      { seed: 1 },
    );
  const examples = (dtype: 'float32' | 'float64'): HostTensor[] => {
    const random = new RandomSource(2).child(name);
    return shapes.map((shape) => {
      const { data, shape: full } = randomTensor(random, [batch, ...shape]);
      return hostTensor(data, full, dtype);
    });
  };

  test(`${title}: it builds the same graph whenever it is traced`, async (t) => {
    const app = makeApp();
    const model = compose(app);
    for (const training of [true, false]) t.deepEqual(traced(model, training), traced(model, training));
    t.deepEqual(await weightsOf(compose(app)), await weightsOf(model));
    await app.close();
  });

  test(`${title}: in evaluation an example's output does not depend on the others`, async (t) => {
    const app = makeApp();
    const model = compose(app);
    const all = examples('float32');
    const together = await model.predict(all);
    const apart = await model.predict(all, { batchSize: 1 });
    t.deepEqual(together.shape, [batch, ...model.output.shape]);
    t.deepEqual(differenceOf(apart, together), undefined);
    await app.close();
  });

  for (const training of [true, false]) {
    test(`${title}: gradients agree with central differences in ${training ? 'training' : 'evaluation'}`, async (t) => {
      const app = makeApp();
      const model = compose(app);
      const values = await Promise.all(model.parameters.map(async ({ variable }) => inFloat64(await variable.read())));
      const states = new Map<unknown, Tensor>();
      for (const state of model.states) states.set(state, constant(inFloat64(await state.variable.read())));
      const key = constant(hostTensor(Int32Array.of(7, 11, 13)));
      const { compared } = await gradCheck(
        (...tensors) => {
          const given = new Map<unknown, Tensor>([
            ...model.parameters.map((parameter, i) => [parameter, tensors[shapes.length + i]!] as const),
            ...states,
          ]);
          const [output] = model.apply(severalOf(tensors.slice(0, shapes.length)), {
            ...evaluationContext,
            training,
            value: (of) => given.get(of) ?? valueOf(of),
            random: () => key,
          });
          return output;
        },
        [...examples('float64'), ...values],
        { tolerance },
      );
      t.true(compared >= shapes.reduce((sum, shape) => sum + batch * sizeOf(shape), 0));
      await app.close();
    });
  }

  test(`${title}: a model of it comes back from JSON with its weights`, async (t) => {
    const app = makeApp();
    const model = compose(app);
    const copy = app.build(JSON.parse(JSON.stringify(model)), { seed: 5 });
    copy.load(await model.weights());
    t.deepEqual(await weightsOf(copy), await weightsOf(model));
    t.deepEqual(
      [...(await copy.predict(examples('float32'))).data],
      [...(await model.predict(examples('float32'))).data],
    );
    await app.close();
  });

  test(`${title}: inputs of other ranks work or give an error that names the layer`, async (t) => {
    const app = makeApp();
    for (const shape of [[], [1], [2, 3], [1, 2, 3], [1, 1, 2, 2], [2, 1, 2, 1, 2]]) {
      try {
        const model = app.model(({ input, layer: add }) =>
          add(
            layer,
            shapes.map(() => input(shape)),
          ),
        );
        t.true(model.output.shape.every((extent) => Number.isInteger(extent)));
      } catch (error) {
        t.true(isAdjointError(error) && error.message.includes(`'${firstName(layer)}'`), String(error));
      }
    }
    await app.close();
  });
}

/** The name that a layer has when it is the first of its model. */
function firstName(layer: Choice<'layer'>): string {
  const { name, label } = readChoice('layer', layer);
  return label ?? shortName(name);
}

/** The graph of a pass over a batch, with the next values of its states. */
function traced(model: Model, training: boolean): string {
  const trace = new Trace(
    model.engine,
    model.inputs.map(({ shape, dtype }) => ({ shape: [batch, ...shape], dtype })),
  );
  const updates: Tensor[] = [];
  const context: ForwardContext = {
    ...evaluationContext,
    training,
    update: (_, value) => void updates.push(value),
    random: () => constant(hostTensor(Int32Array.of(7, 11, 13))),
  };
  const outputs = trace.record(() => model.apply(severalOf(trace.inputs), training ? context : evaluationContext));
  return graphText([...outputs, ...updates]);
}

async function weightsOf(model: Model): Promise<[string, number[]][]> {
  return [...(await model.weights())].map(([name, { data }]) => [name, [...data]]);
}

function inFloat64({ data, shape }: HostTensor): HostTensor {
  return hostTensor(data, shape, 'float64');
}
