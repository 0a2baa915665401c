import type { Tensor } from '../graph/tensor.js';
import type { Shape } from '../tensor/shape.js';
import type { ExampleType } from '../data/dataset.js';
import type { Fans, Initializer } from './initializer.js';
import type { LayerState, Parameter, ParameterRole } from './parameter.js';
import { definer } from '../registry/definition.js';

/**
 * A layer: declares its parameters once it knows its inputs, and maps tensors to tensors. Its output's shape is found by
 * tracing it, so nothing is declared twice.
 */
export interface Layer {
  /** `inputs` are the types of one example each, without the batch axis. */
  build(inputs: readonly ExampleType[], scope: LayerScope): Forward;
}

/** Builds the output from inputs with a leading batch axis. Called whenever a program is traced, so it keeps no state. */
export type Forward = (inputs: readonly Tensor[], context: ForwardContext) => Tensor;

/** Where a layer declares what it owns. */
export interface LayerScope {
  /** The layer's name in its model. */
  readonly name: string;
  /** Declares a trainable parameter. The fans default to the shape's: [outputs, inputs, …receptive field]. */
  parameter(
    name: string,
    shape: Shape,
    options: { readonly initialize: Initializer; readonly role: ParameterRole } & Partial<Fans>,
  ): Parameter;
  /** Declares a value that the layer updates itself while training. */
  state(name: string, shape: Shape, fill: number): LayerState;
}

/** What a layer may ask for while it is traced. */
export interface ForwardContext {
  readonly training: boolean;
  /** The value to compute with: that of the variable, or what a regularizer or optimizer puts in its place. */
  value(owned: Parameter | LayerState): Tensor;
  /** Sets a state's next value; nothing outside training. */
  update(state: LayerState, value: Tensor): void;
  /** A key for `uniform`, `normal` and `bernoulli` that belongs to this layer and step; another one for each `place`. */
  random(place?: string): Tensor;
}

/** Names of the kind `layer` with their options; the package that defines a name adds it by declaration merging. */
export interface Layers {}

/** What an example of a layer gives beside options. */
export interface LayerExample {
  /** Shapes of one example of each input; small ones, since the contract suite nudges every element. */
  readonly inputs: readonly Shape[];
  /** Largest relative error of a derivative; 1e-5 if not given. */
  readonly tolerance?: number;
}

declare module '../registry/kinds.js' {
  interface Kinds {
    layer: { catalogue: Layers; instance: Layer; example: LayerExample };
  }
}

export const defineLayer = definer('layer');
