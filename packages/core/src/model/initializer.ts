import type { RandomSource } from '../random/random-source.js';
import type { Shape } from '../tensor/shape.js';
import { definer } from '../registry/definition.js';
import { functionOf } from '../registry/instance-check.js';

export interface Fans {
  /** Inputs that one output sees. */
  readonly fanIn: number;
  /** Outputs that one input reaches. */
  readonly fanOut: number;
}

/**
 * Fills a new parameter; a function of the shape, the fans and the random source alone. What it returns is rounded to the
 * dtype of the model.
 */
export type Initializer = (
  shape: Shape,
  context: Fans & { readonly random: RandomSource },
) => Float32Array | Float64Array;

/** Names of the kind `initializer` with their options; the package that defines a name adds it by declaration merging. */
export interface Initializers {}

declare module '../registry/kinds.js' {
  interface Kinds {
    initializer: { catalogue: Initializers; instance: Initializer };
  }
}

export const defineInitializer = definer('initializer', functionOf('(shape, { fanIn, fanOut, random }) => array'));
