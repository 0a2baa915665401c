import type { Tensor } from '../graph/tensor.js';
import type { Several } from '../tensor/several.js';
import type { Choice } from '../registry/kinds.js';
import type { Shape } from '../tensor/shape.js';
import type { ExampleType } from '../data/dataset.js';
import type { BuildContext, Varying } from './build-context.js';
import type { Fans, Initializer } from './initializer.js';
import type { Parameter, ParameterRole, State } from './parameter.js';
import { definer } from '../registry/definition.js';
import { membersOf } from '../registry/instance-check.js';

/**
 * A layer: declares its parameters once it knows its inputs, and maps tensors to tensors. The types of its outputs are
 * found by tracing it, so nothing is declared twice.
 */
export interface Layer {
  /** Names of the inputs in order, where a layer has several that differ: query, key, value, mask. */
  readonly ports?: readonly string[];
  /** `inputs` are the types of one example each, without the batch axis. */
  build(inputs: Several<ExampleType>, scope: LayerScope): Forward;
}

/**
 * Builds the output, or several, from inputs with a leading batch axis. Called whenever a program is traced, so it keeps
 * no state.
 */
export type Forward = (inputs: Several<Tensor>, context: ForwardContext) => Tensor | Several<Tensor>;

/** Where a layer declares what it owns. A model is the outermost scope. */
export interface LayerScope {
  /** The layer's full name in its model: `block/dense` of a layer inside `block`; '' of the model itself. */
  readonly name: string;
  /** Of the parameters. */
  readonly dtype: 'float32' | 'float64';
  /** Declares a trainable parameter. The fans default to the shape's: [outputs, inputs, …receptive field]. */
  parameter(
    name: string,
    shape: Shape,
    options: { readonly initialize: Initializer; readonly role: ParameterRole } & Partial<Fans>,
  ): Parameter;
  /** Declares a value that the layer updates itself while training; of a parameter, it starts as a copy. */
  state(name: string, shape: Shape, initial: number | Initializer | Parameter): State;
  /**
   * Builds a layer inside this one. It is called `name`, which must be new here, or else after its choice, counted up:
   * dense, dense_2, …
   */
  layer(choice: Choice<'layer'>, inputs: Several<ExampleType>, name?: string): BuiltLayer;
}

/** A layer that knows its inputs. */
export interface BuiltLayer {
  /** Its full name in its model. */
  readonly name: string;
  /** Registered name of the layer. */
  readonly type: string;
  /** Types of one example of its outputs. */
  readonly outputs: Several<ExampleType>;
  /** Those of the layers inside it, too. */
  readonly parameters: readonly Parameter[];
  readonly states: readonly State[];
  /** The types of its outputs for other inputs than those that it was built for. */
  outputsFor(inputs: Several<ExampleType>): Several<ExampleType>;
  /**
   * Builds its outputs; `context` is that of the layer around it. A layer may run several times, with the same parameters
   * and each time with random numbers of its own.
   */
  run(inputs: Several<Tensor>, context: ForwardContext): Several<Tensor>;
}

/** What a layer may ask for while it is traced, and what a model is applied with. */
export interface ForwardContext extends BuildContext {
  /**
   * The value to compute with. Of a parameter or a state it is that of the variable, or what a regularizer, an optimizer
   * or a layer around this one puts in its place; of an option see `BuildContext`.
   */
  value(of: Parameter | State | Varying): Tensor;
  /** Sets a state's next value; nothing outside training. */
  update(state: State, value: Tensor): void;
  /**
   * Whether a parameter is left as it is; none is, if not given. A layer whose parameters (or else whose states) are all
   * frozen runs as in evaluation, and so do the layers inside it.
   */
  frozen?(owned: Parameter | State): boolean;
  /** What takes the place of what a hidden layer of the model gives: one of its composition that gives no output of it. */
  hidden?(outputs: Several<Tensor>, layer: string): Several<Tensor>;
}

/** Names of the kind `layer` with their options; the package that defines a name adds it by declaration merging. */
export interface Layers {}

/** What an example of a layer gives beside options. */
export interface LayerExample {
  /** One example of each input, of float32 where it is a shape alone; small ones, since every element is nudged. */
  readonly inputs: Several<Shape | InputExample>;
  /** What does not hold for this layer: its examples see each other, or it stops gradients. */
  readonly except?: readonly ('independence' | 'gradient')[];
  /** Largest relative error of a derivative; 1e-5 if not given. */
  readonly tolerance?: number;
}

export interface InputExample extends ExampleType {
  /** Whole numbers are drawn from 0 … below − 1; below 2 if not given. */
  readonly below?: number;
}

declare module '../registry/kinds.js' {
  interface Kinds {
    layer: { catalogue: Layers; instance: Layer; example: LayerExample };
  }
}

export const defineLayer = definer('layer', membersOf<Layer>({ ports: 'value', build: 'method' }));
