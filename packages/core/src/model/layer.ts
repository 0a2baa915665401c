import type { Tensor } from '../graph/tensor.js';
import type { Several } from '../tensor/several.js';
import type { Shape } from '../tensor/shape.js';
import type { ExampleType } from '../data/dataset.js';
import type { BuildContext, Varying } from './build-context.js';
import type { Fans, Initializer } from './initializer.js';
import type { Parameter, ParameterRole, State } from './parameter.js';
import { definer } from '../registry/definition.js';

/**
 * A layer: declares its parameters once it knows its inputs, and maps tensors to tensors. The types of its outputs are
 * found by tracing it, so nothing is declared twice.
 */
export interface Layer {
  /** `inputs` are the types of one example each, without the batch axis. */
  build(inputs: Several<ExampleType>, scope: LayerScope): Forward;
}

/**
 * Builds the output, or several, from inputs with a leading batch axis. Called whenever a program is traced, so it keeps
 * no state.
 */
export type Forward = (inputs: Several<Tensor>, context: ForwardContext) => Tensor | Several<Tensor>;

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
  state(name: string, shape: Shape, fill: number): State;
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
}

/** Names of the kind `layer` with their options; the package that defines a name adds it by declaration merging. */
export interface Layers {}

declare module '../registry/kinds.js' {
  interface Kinds {
    layer: { catalogue: Layers; instance: Layer };
  }
}

export const defineLayer = definer('layer');
