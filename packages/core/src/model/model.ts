import type { Engine } from '../engine/engine.js';
import type { TracedFunction } from '../engine/traced-function.js';
import { checkTensorList } from '../graph/operand.js';
import { scaleOf, type Scale } from '../graph/scale.js';
import type { Tensor, TensorType } from '../graph/tensor.js';
import { AdjointError } from '../errors.js';
import { inspect, type Inspection } from '../inspect/inspect.js';
import { validateOptions } from '../registry/options/index.js';
import type { Registry } from '../registry/registry.js';
import type { HostTensor } from '../tensor/host-tensor.js';
import { distinct, inspectable } from '../tensor/inspectable.js';
import { mapSeveral, severalOf, type Several } from '../tensor/several.js';
import { sizeOf } from '../tensor/shape.js';
import type { VaryingType } from '../data/dataset.js';
import { buildModel, type BuiltModel } from './build-model.js';
import { classesOf, type PredictedClass } from './classify.js';
import { partFor, savable, type Composition } from './composition.js';
import { classNames } from './composition-schema.js';
import { evaluationContext } from './evaluation-context.js';
import { drawingContext } from './drawing-context.js';
import { contextOfPass } from './layer-context.js';
import type { BuiltLayer, ForwardContext } from './layer.js';
import { checkNames, loadWeights, weightOf, type LoadOptions } from './load-weights.js';
import { activationOptions, layerNames } from './option-schemas.js';
import type { Parameter, State } from './parameter.js';
import { onlyOutput, predictInBatches, type Examples, type PredictOptions } from './predict.js';
import { describeModel, summarize } from './summary.js';

/** A composition with its layers built: parameters, states and the function from inputs to outputs. */
export class Model {
  /** Of the parameters. */
  readonly dtype: 'float32' | 'float64';
  readonly layers: readonly BuiltLayer[];
  /** Types of one example of each output; null stands for an extent that varies with those of the inputs. */
  readonly outputs: Several<VaryingType>;
  readonly parameters: readonly Parameter[];
  readonly states: readonly State[];
  readonly #built: BuiltModel;
  #composition: Composition;
  #scale: Scale | undefined;
  #predict: TracedFunction | undefined;
  #draw: TracedFunction | undefined;
  /** Programs of `activations`, by the names that are asked for. */
  readonly #inner = new Map<string, TracedFunction>();

  /**
   * @internal Use app.sequential or app.model. Initial values are a function of the seed and the parameter's name, and are
   * not computed where weights are given: those are compared with what the layers declare before memory is taken for it.
   */
  constructor(
    readonly engine: Engine,
    registry: Registry,
    composition: Composition,
    readonly seed: number,
    weights?: ReadonlyMap<string, HostTensor>,
  ) {
    this.#composition = composition;
    this.dtype = composition.dtype ?? 'float32';
    this.#built = buildModel(composition, {
      engine,
      registry,
      seed,
      dtype: this.dtype,
      declare: (name, shape, initial) => {
        const value = weights ? weightOf(weights, name, { shape, dtype: this.dtype }) : initial();
        return engine.variable(value, { name, shape });
      },
    });
    this.layers = this.#built.layers;
    this.parameters = this.#built.parameters;
    this.states = this.#built.states;
    if (weights) checkNames([...this.parameters, ...this.states], weights);
    this.outputs = mapSeveral(composition.outputs, (name) => this.typeOf(name));
    distinct(this, 'engine', 'layers', 'parameters', 'states');
  }

  /** What the model is made of, as plain JSON. */
  get composition(): Composition {
    return this.#composition;
  }

  /** What the classes of the first output are called, in the order of their numbers; found in the labels if those are texts. */
  get classes(): readonly string[] | undefined {
    return this.#composition.classes;
  }

  /** @internal */
  nameClasses(names: readonly string[]): void {
    const classes = Object.freeze([...validateOptions(classNames, names, 'model: the names of its classes')]);
    this.#composition = { ...this.#composition, classes };
  }

  get inputs(): Composition['inputs'] {
    return this.composition.inputs;
  }

  /** Type of one example of the output; of the first, where there are several. */
  get output(): VaryingType {
    return this.outputs[0];
  }

  /** Number of trainable scalars. */
  get parameterCount(): number {
    return this.parameters.reduce((count, { variable }) => count + sizeOf(variable.type.shape), 0);
  }

  /**
   * Type of one example of an input or of a layer's output; `pool:1` is the second of the layer `pool`.
   * @throws AdjointError `OPTIONS_INVALID` where there is none of that name.
   */
  typeOf(output: string): VaryingType {
    const type = this.#built.types.get(output);
    if (type) return type;
    throw new AdjointError(
      'OPTIONS_INVALID',
      `model: there is no output '${output}'; known are ${[...this.#built.types.keys()].join(', ')}.`,
    );
  }

  /** Builds the outputs from inputs with a leading batch axis, inside a traced function. */
  apply(inputs: Several<Tensor>, context: ForwardContext): Several<Tensor> {
    checkTensorList('model', inputs);
    const outputs = this.#built.run(inputs, contextOfPass(context));
    this.#scale ??= scaleOf(outputs[0]);
    return outputs;
  }

  /**
   * The output for examples, in evaluation mode where no draw is asked for: [examples, …output].
   * @throws AdjointError `OPTIONS_INVALID` where the model has several outputs: those are what `predictAll` gives.
   */
  async predict(examples: Examples, options?: PredictOptions): Promise<HostTensor> {
    return onlyOutput(this.composition, await this.predictAll(examples, options));
  }

  /**
   * The class of each example, with its name, of the first output.
   * @throws AdjointError `OPTIONS_INVALID` where the output is not one number for each class
   */
  async predictClasses(examples: Examples, options?: PredictOptions): Promise<PredictedClass[]> {
    const [output] = await this.predictAll(examples, options);
    return classesOf(output, this.classes, this.outputScale);
  }

  /** What the end of the model shows its first output to be; undefined before it has run, and where it shows nothing. */
  get outputScale(): Scale | undefined {
    return this.#scale;
  }

  /** All outputs, in the order of the composition. */
  async predictAll(examples: Examples, options?: PredictOptions): Promise<Several<HostTensor>> {
    return predictInBatches(
      options?.draw === undefined ? this.#evaluating() : this.#drawing(),
      this,
      examples,
      options,
    );
  }

  /**
   * What inner layers give for examples, in evaluation mode, by name: `[examples, …shape]` each. `pool:1` is the second
   * output of the layer `pool`; the model's summary has the names.
   * @example const { conv2d } = await model.activations(images, ['conv2d']);
   * @throws AdjointError `OPTIONS_INVALID` where there is no layer of that name
   */
  async activations<Name extends string>(
    examples: Examples,
    names: readonly Name[],
    options: Omit<PredictOptions, 'draw'> = {},
  ): Promise<Readonly<Record<Name, HostTensor>>> {
    validateOptions(layerNames, names, 'activations');
    validateOptions(activationOptions, options, 'activations');
    const wanted = severalOf(names);
    const outputs = mapSeveral(wanted, (name) => this.typeOf(name));
    const key = names.join('\n');
    const context = evaluationContext(this.dtype);
    const program =
      this.#inner.get(key) ??
      this.engine.trace((inputs) => this.#built.run(severalOf(inputs), contextOfPass(context), wanted), 'activations');
    this.#inner.set(key, program);
    const values = await predictInBatches(program, { inputs: this.inputs, outputs }, examples, options);
    return Object.fromEntries(names.map((name, i) => [name, values[i]])) as Record<Name, HostTensor>;
  }

  #evaluating(): TracedFunction {
    const context = evaluationContext(this.dtype);
    return (this.#predict ??= this.engine.trace((inputs) => this.apply(severalOf(inputs), context), 'predict'));
  }

  #drawing(): TracedFunction {
    return (this.#draw ??= this.engine.trace((tensors) => {
      const [draw, ...inputs] = severalOf(tensors);
      return this.apply(severalOf(inputs), drawingContext(this, draw));
    }, 'predict'));
  }

  /**
   * The composition as plain JSON, for files and workers; `app.build` makes the model again.
   * @throws AdjointError `OPTIONS_INVALID` that names a layer whose options are more than plain values.
   */
  toJSON(): Composition {
    return savable(this.composition);
  }

  /**
   * The composition that ends at inner layers: a backbone without its head. `app.build` makes a model of it, and the layer
   * `model` puts it under another head; `load` then takes the weights.
   * @example app.model(({ input, layer }) => layer({ dense: { units: 3 } }, layer({ model: saved.upTo('relu') }, input([8]))));
   * @throws AdjointError `OPTIONS_INVALID` where there is no layer of that name
   */
  upTo(output: string, ...others: readonly string[]): Composition {
    const outputs: Several<string> = [output, ...others];
    for (const name of outputs) this.typeOf(name);
    return partFor(outputs, this.composition);
  }

  /** A table of layers with output shapes and parameters. */
  summary(): string {
    return summarize(this);
  }

  /** What becomes of `predict` for inputs `[examples, …shape]`, from the graph to the generated code; see `inspect`. */
  inspect(inputs: readonly TensorType[]): Promise<Inspection> {
    const names = { inputs: this.inputs.map(({ name }) => name), outputs: this.composition.outputs };
    return inspect(this.#evaluating(), inputs, names);
  }

  /** All parameters and states by name, copied to the host. */
  async weights(): Promise<Map<string, HostTensor>> {
    // All are asked for at once, so that no training step comes between two of them.
    const owned = [...this.parameters, ...this.states];
    const values = await Promise.all(owned.map(({ variable }) => variable.read()));
    return new Map(owned.map(({ name }, i) => [name, values[i]!]));
  }

  /**
   * Sets parameters and states: all, or those that the options select. Nothing is changed unless all of them fit.
   * @throws AdjointError `SHAPE_MISMATCH` that lists what is missing, unknown, or of another shape.
   */
  load(weights: ReadonlyMap<string, HostTensor>, options?: LoadOptions): void {
    loadWeights([...this.parameters, ...this.states], weights, options);
  }
}

inspectable(Model, describeModel);
