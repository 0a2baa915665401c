import { Trace } from '../engine/trace.js';
import type { Engine } from '../engine/engine.js';
import type { TracedFunction } from '../engine/traced-function.js';
import { AdjointError, isAdjointError } from '../errors.js';
import { inScope } from '../graph/scope.js';
import { Tensor } from '../graph/tensor.js';
import { RandomSource } from '../random/random-source.js';
import type { Registry } from '../registry/registry.js';
import { allocateArray } from '../tensor/dtype.js';
import type { HostTensor } from '../tensor/host-tensor.js';
import { mapSeveral, severalOf, type Several } from '../tensor/several.js';
import { checkShape, formatShape, sameShape, sizeOf, type Shape } from '../tensor/shape.js';
import type { ExampleType } from '../data/dataset.js';
import { checkComposition, outputName, savable, type Composition } from './composition.js';
import { evaluationContext } from './evaluation-context.js';
import type { Forward, ForwardContext, Layer, LayerScope } from './layer.js';
import type { Parameter, State } from './parameter.js';
import { predict, type Examples, type PredictOptions } from './predict.js';
import { summarize } from './summary.js';

export interface BuiltLayer {
  readonly name: string;
  /** Registered name of the layer. */
  readonly type: string;
  readonly inputs: readonly string[];
  /** Types of one example of its outputs. */
  readonly outputs: Several<ExampleType>;
  readonly parameters: readonly Parameter[];
  readonly states: readonly State[];
  readonly forward: Forward;
}

/** A composition with its layers built: parameters, states and the function from inputs to outputs. */
export class Model {
  readonly layers: readonly BuiltLayer[];
  /** Types of one example of the outputs. */
  readonly outputs: Several<ExampleType>;
  readonly parameters: readonly Parameter[];
  readonly states: readonly State[];
  #predict: TracedFunction | undefined;

  /** @internal Use app.sequential or app.model. Initial values are a function of the seed and the parameter's name. */
  constructor(
    readonly engine: Engine,
    registry: Registry,
    readonly composition: Composition,
    readonly seed: number,
  ) {
    checkComposition(composition);
    const types = new Map<string, ExampleType>(
      composition.inputs.map(({ name, shape, dtype }) => [name, { shape, dtype }]),
    );
    this.layers = composition.layers.map(({ name, layer, inputs }) => {
      const built = buildLayer(
        engine,
        registry.create('layer', layer),
        name,
        typeName(layer),
        inputs,
        severalOf(
          inputs.map((input) => {
            const type = types.get(input);
            if (type) return type;
            throw noOutput(input);
          }),
        ),
        seed,
      );
      built.outputs.forEach((type, index) => types.set(outputName(name, index), type));
      return built;
    });
    this.outputs = severalOf(
      composition.outputs.map((name) => {
        const type = types.get(name);
        if (type) return type;
        throw noOutput(name);
      }),
    );
    this.parameters = this.layers.flatMap((layer) => layer.parameters);
    this.states = this.layers.flatMap((layer) => layer.states);
  }

  get inputs(): Composition['inputs'] {
    return this.composition.inputs;
  }

  /** Type of one example of the output; of the first, where there are several. */
  get output(): ExampleType {
    return this.outputs[0];
  }

  /** Number of trainable scalars. */
  get parameterCount(): number {
    return this.parameters.reduce((count, { variable }) => count + sizeOf(variable.type.shape), 0);
  }

  /** Builds the outputs from inputs with a leading batch axis, inside a traced function. */
  apply(inputs: Several<Tensor>, context: ForwardContext): Several<Tensor> {
    const values = new Map<string, Tensor>(this.composition.inputs.map(({ name }, i) => [name, inputs[i]!]));
    for (const layer of this.layers) {
      const given = severalOf(layer.inputs.map((name) => values.get(name)!));
      runLayer(layer, given, context).forEach((output, index) => values.set(outputName(layer.name, index), output));
    }
    return severalOf(this.composition.outputs.map((name) => values.get(name)!));
  }

  /**
   * The output for examples, in evaluation mode: [examples, …output].
   * @throws AdjointError `OPTIONS_INVALID` where the model has several outputs: those are what `predictAll` gives.
   */
  async predict(examples: Examples, options?: PredictOptions): Promise<HostTensor> {
    const [output, ...others] = this.outputs;
    if (output && others.length > 0)
      throw new AdjointError(
        'OPTIONS_INVALID',
        `predict: the model has ${this.outputs.length} outputs (${this.composition.outputs.join(', ')}); call predictAll for a list of them.`,
      );
    return (await this.predictAll(examples, options))[0];
  }

  /** All outputs for examples, in evaluation mode, in the order of the composition: [examples, …output] each. */
  predictAll(examples: Examples, options?: PredictOptions): Promise<Several<HostTensor>> {
    this.#predict ??= this.engine.trace((inputs) => this.apply(severalOf(inputs), evaluationContext), 'predict');
    return predict(this.#predict, this, examples, options);
  }

  /**
   * The composition as plain JSON, for files and workers; `app.build` makes the model again.
   * @throws AdjointError `OPTIONS_INVALID` that names a layer whose options are more than plain values.
   */
  toJSON(): Composition {
    return savable(this.composition);
  }

  /** A table of layers with output shapes and parameters. */
  summary(): string {
    return summarize(this);
  }

  /** All parameters and states by name, copied to the host. */
  async weights(): Promise<Map<string, HostTensor>> {
    const result = new Map<string, HostTensor>();
    for (const { name, variable } of [...this.parameters, ...this.states]) result.set(name, await variable.read());
    return result;
  }

  /**
   * Sets all parameters and states; nothing is changed unless all names and shapes fit.
   * @throws AdjointError `SHAPE_MISMATCH` that lists what is missing, unknown, or of another shape.
   */
  load(weights: ReadonlyMap<string, HostTensor>): void {
    const own = new Map([...this.parameters, ...this.states].map(({ name, variable }) => [name, variable]));
    const problems = [
      ...[...own].flatMap(([name, { type }]) => {
        const given = weights.get(name);
        if (!given) return [`${name} is missing`];
        return sameShape(given.shape, type.shape) && given.dtype === type.dtype
          ? []
          : [
              `${name} is ${given.dtype} ${formatShape(given.shape)} instead of ${type.dtype} ${formatShape(type.shape)}`,
            ];
      }),
      ...[...weights.keys()].flatMap((name) => (own.has(name) ? [] : [`${name} is unknown`])),
    ];
    if (problems.length > 0) {
      throw new AdjointError(
        'SHAPE_MISMATCH',
        `model: these weights belong to another model: ${problems.join('; ')}. Nothing was changed.`,
      );
    }
    for (const [name, variable] of own) variable.restore(weights.get(name)!);
  }
}

function typeName(layer: object | string): string {
  return typeof layer === 'string' ? layer : Object.keys(layer).find((key) => key !== 'name')!;
}

function buildLayer(
  engine: Engine,
  layer: Layer,
  name: string,
  type: string,
  inputs: readonly string[],
  types: Several<ExampleType>,
  seed: number,
): BuiltLayer {
  const parameters: Parameter[] = [];
  const states: State[] = [];
  const fullName = (own: string): string => {
    if ([...parameters, ...states].some((other) => other.name === `${name}/${own}`))
      throw new AdjointError('OPTIONS_INVALID', `it declares '${own}' twice; give its parameters different names.`);
    return `${name}/${own}`;
  };
  const scope: LayerScope = {
    name,
    parameter(own, shape, { initialize, role, ...fans }) {
      const full = fullName(own);
      checkShape(shape, `parameter '${own}'`);
      const random = new RandomSource(seed).child(full);
      const data = initialize(shape, { ...fansOf(shape), ...fans, random });
      const parameter = { name: full, role, variable: engine.variable(data, { name: full, shape }) };
      parameters.push(parameter);
      return parameter;
    },
    state(own, shape, fill) {
      const full = fullName(own);
      const state = {
        name: full,
        role: 'state' as const,
        variable: engine.variable(allocateArray('float32', sizeOf(shape)).fill(fill), { name: full, shape }),
      };
      states.push(state);
      return state;
    },
  };
  return named(name, types, () => {
    const forward = layer.build(types, scope);
    const unfinished = { name, type, inputs, parameters, states, forward };
    return { ...unfinished, outputs: outputTypes(engine, unfinished, types) };
  });
}

/** Two examples tell the batch axis from the others. */
const probeBatch = 2;

function outputTypes(
  engine: Engine,
  layer: Omit<BuiltLayer, 'outputs'>,
  types: Several<ExampleType>,
): Several<ExampleType> {
  const trace = new Trace(
    engine,
    types.map(({ shape, dtype }) => ({ shape: [probeBatch, ...shape], dtype })),
  );
  const outputs = trace.record(() => runLayer(layer, severalOf(trace.inputs), evaluationContext));
  return mapSeveral(outputs, ({ shape, dtype }) => {
    if (shape[0] === probeBatch) return { shape: shape.slice(1), dtype };
    throw new AdjointError(
      'SHAPE_MISMATCH',
      `its output ${formatShape(shape)} has lost the batch axis; a batch of ${probeBatch} examples must give ${probeBatch} outputs.`,
    );
  });
}

function runLayer(
  layer: Pick<BuiltLayer, 'name' | 'forward'>,
  inputs: Several<Tensor>,
  outer: ForwardContext,
): Several<Tensor> {
  let draws = 0;
  const { name } = layer;
  const context: ForwardContext = {
    ...outer,
    random: (place = draws++ === 0 ? '' : String(draws)) => outer.random(place === '' ? name : `${name}/${place}`),
    input: (own, type, compute) => outer.input(`${name}/${own}`, type, compute),
    scalar: (own, compute) => outer.scalar(`${name}/${own}`, compute),
  };
  return named(
    name,
    inputs.map(({ shape, dtype }) => ({ shape: shape.slice(1), dtype })),
    () =>
      inScope(name, () => {
        const result = layer.forward(inputs, context);
        return result instanceof Tensor ? [result] : result;
      }),
  );
}

function noOutput(name: string): AdjointError {
  return new AdjointError('OPTIONS_INVALID', `model: there is no output '${name}': the layer has fewer.`);
}

/** Says in an error which layer it comes from and what it was given. */
function named<T>(name: string, inputs: readonly ExampleType[], work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Error) || error.message.startsWith('layer ')) throw error;
    const given = inputs.map(({ shape, dtype }) => `${dtype} ${formatShape(shape)}`).join(' and ');
    const message = `layer '${name}' on ${given}: ${error.message}`;
    throw isAdjointError(error)
      ? new AdjointError(error.code, message, { cause: error })
      : new Error(message, { cause: error });
  }
}

/** Fans of a weight [outputs, inputs, …receptive field]. */
function fansOf(shape: Shape): { fanIn: number; fanOut: number } {
  const [outputs = 1, inputs = 1, ...field] = shape;
  const area = sizeOf(field);
  return { fanIn: inputs * area, fanOut: outputs * area };
}
