import type { RandomSource } from '../random/random-source.js';
import type { Shape } from '../tensor/shape.js';

export interface Fans {
  /** Inputs that one output sees. */
  readonly fanIn: number;
  /** Outputs that one input reaches. */
  readonly fanOut: number;
}

/** Fills a new parameter; a function of the shape, the fans and the random source alone. */
export type Initializer = (shape: Shape, context: Fans & { readonly random: RandomSource }) => Float32Array;
