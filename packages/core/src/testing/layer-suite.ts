import type { App } from '../app/app.js';
import { gradCheck } from './grad-check.js';
import { Trace } from '../engine/trace.js';
import { isAdjointError } from '../errors.js';
import { constant } from '../graph/primitives/constant.js';
import type { Tensor } from '../graph/tensor.js';
import { outputName } from '../model/composition.js';
import { evaluationContext } from '../model/evaluation-context.js';
import type { ForwardContext, InputExample, LayerExample } from '../model/layer.js';
import type { Model } from '../model/model.js';
import { RandomSource } from '../random/random-source.js';
import { choiceText, readChoice, shortName } from '../registry/choice.js';
import type { Choice } from '../registry/kinds.js';
import { isFloat } from '../tensor/dtype.js';
import { hostTensor, type HostTensor } from '../tensor/host-tensor.js';
import { mapSeveral, severalOf } from '../tensor/several.js';
import { formatShape, sizeOf, type Shape } from '../tensor/shape.js';
import { differenceOf } from './difference.js';
import { graphText } from './graph-text.js';
import { randomTensor } from './random-tensor.js';
import { withAssertions, type TestFunction } from './test-function.js';

export interface LayerSample extends LayerExample {
  /** Makes an app with the layer's plugin and a backend. */
  readonly app: () => App;
  readonly layer: Choice<'layer'>;
}

const batch = 3;

/**
 * The contract of a layer: it keeps no state of its own, treats examples apart in evaluation, has the gradients that
 * central differences give (by inputs and parameters, in both modes, in float64), and comes back from JSON.
 */
export function testLayer(
  runner: TestFunction,
  { app: makeApp, layer, inputs: given, except = [], tolerance = 1e-5 }: LayerSample,
): void {
  const test = withAssertions(runner);
  const { name } = readChoice('layer', layer);
  const inputs = mapSeveral(given, sampleInput);
  const title = `${choiceText(readChoice('layer', layer))} on ${inputs.map(({ shape }) => formatShape(shape)).join(' and ')}`;
  const compose = (app: App): Model => {
    const { composition, layers } = app.model(
      ({ input, layer: add }) =>
        add(
          layer,
          inputs.map(({ shape, dtype }) => input(shape, { dtype })),
        ),
      { seed: 1 },
    );
    const [first] = composition.outputs;
    const outputs = mapSeveral(severalOf(layers[0]?.outputs ?? []), (_, index) => outputName(first, index));
    return app.build({ ...composition, outputs }, { seed: 1 });
  };
  const examples = (dtype: 'float32' | 'float64'): HostTensor[] => {
    const random = new RandomSource(2).child(name);
    return inputs.map((input) => exampleOf(input, dtype, random));
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
    const together = await model.predictAll(all);
    together.forEach(({ shape }, i) => t.deepEqual(shape, [batch, ...(model.outputs[i]?.shape ?? [])]));
    if (!except.includes('independence')) {
      const apart = await model.predictAll(all, { batchSize: 1 });
      together.forEach((output, i) => t.deepEqual(differenceOf(apart[i] ?? output, output), undefined));
    }
    await app.close();
  });

  for (const training of except.includes('gradient') ? [] : [true, false]) {
    test(`${title}: gradients agree with central differences in ${training ? 'training' : 'evaluation'}`, async (t) => {
      const app = makeApp();
      const model = compose(app);
      const values = await Promise.all(model.parameters.map(async ({ variable }) => inFloat64(await variable.read())));
      const states = new Map<unknown, Tensor>();
      for (const state of model.states) states.set(state, constant(inFloat64(await state.variable.read())));
      const evaluation = evaluationContext('float64');
      const key = constant(hostTensor(Int32Array.of(7, 11, 13)));
      const { compared } = await gradCheck(
        (...tensors) => {
          const values64 = new Map<unknown, Tensor>([
            ...model.parameters.map((parameter, i) => [parameter, tensors[inputs.length + i]!] as const),
            ...states,
          ]);
          const outputs = model.apply(severalOf(tensors.slice(0, inputs.length)), {
            ...evaluation,
            training,
            value: (of) => values64.get(of) ?? evaluation.value(of),
            random: () => key,
          });
          return outputs.filter(({ dtype }) => isFloat(dtype));
        },
        [...examples('float64'), ...values],
        { tolerance },
      );
      const floats = inputs.filter(({ dtype }) => isFloat(dtype));
      t.true(compared >= floats.reduce((sum, { shape }) => sum + batch * sizeOf(shape), 0));
      await app.close();
    });
  }

  test(`${title}: a batch of one gives finite values, or is refused in words`, async (t) => {
    const app = makeApp();
    const model = compose(app);
    const one = examples('float32').map(({ data, shape, dtype }) =>
      hostTensor(data.slice(0, data.length / batch), [1, ...shape.slice(1)], dtype),
    );
    for (const training of [true, false]) {
      const pass = app.trace((tensors) => {
        const evaluation = evaluationContext(model.dtype);
        const random = () => constant(hostTensor(Int32Array.of(7, 11, 13)));
        return model.apply(severalOf(tensors), training ? { ...evaluation, training, random } : evaluation);
      });
      try {
        for (const { data } of await pass.call(one)) t.true([...data].every(Number.isFinite), [...data].join(', '));
      } catch (error) {
        t.true(training && isAdjointError(error) && error.code !== 'INTERNAL', String(error));
      }
    }
    await app.close();
  });

  test(`${title}: a model of it comes back from JSON with its weights`, async (t) => {
    const app = makeApp();
    const model = compose(app);
    const copy = app.build(JSON.parse(JSON.stringify(model)), { seed: 5 });
    copy.load(await model.weights());
    t.deepEqual(await weightsOf(copy), await weightsOf(model));
    t.deepEqual(await copy.predictAll(examples('float32')), await model.predictAll(examples('float32')));
    await app.close();
  });

  test(`${title}: inputs of other ranks work or give an error that names the layer`, async (t) => {
    const app = makeApp();
    for (const shape of [[], [1], [2, 3], [1, 2, 3], [1, 1, 2, 2], [2, 1, 2, 1, 2]]) {
      try {
        const model = app.model(({ input, layer: add }) =>
          add(
            layer,
            inputs.map(({ dtype }) => input(shape, { dtype })),
          ),
        );
        t.true(model.output.shape.every((extent) => Number.isInteger(extent)));
      } catch (error) {
        t.true(isAdjointError(error) && error.code !== 'LAYER_FAILED', String(error));
        t.true(String(error).includes(`'${firstName(layer)}`), String(error));
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

function sampleInput(input: Shape | InputExample): InputExample {
  return 'shape' in input ? input : { shape: input, dtype: 'float32' };
}

function exampleOf({ shape, dtype, below = 2 }: InputExample, float: 'float32' | 'float64', random: RandomSource) {
  if (!isFloat(dtype)) return randomTensor(random, [batch, ...shape], { dtype, low: 0, high: below - 1 });
  const { data, shape: full } = randomTensor(random, [batch, ...shape]);
  return hostTensor(data, full, float);
}

/** The graph of a pass over a batch, with the next values of its states. */
function traced(model: Model, training: boolean): string {
  const trace = new Trace(
    model.engine,
    model.inputs.map(({ shape, dtype }) => ({ shape: [batch, ...shape.map((extent) => extent ?? 1)], dtype })),
  );
  const updates: Tensor[] = [];
  const evaluation = evaluationContext(model.dtype);
  const context: ForwardContext = {
    ...evaluation,
    training,
    update: (_, value) => void updates.push(value),
    random: () => constant(hostTensor(Int32Array.of(7, 11, 13))),
  };
  const outputs = trace.record(() => model.apply(severalOf(trace.inputs), training ? context : evaluation));
  return graphText([...outputs, ...updates]);
}

async function weightsOf(model: Model): Promise<[string, number[]][]> {
  return [...(await model.weights())].map(([name, { data }]) => [name, [...data]]);
}

function inFloat64({ data, shape }: HostTensor): HostTensor {
  return hostTensor(data, shape, 'float64');
}
