import type { Inputs, NodeOf } from './primitive.js';
import type { Tensor } from './tensor.js';
import type { DynamicIndex, Expression, Index, Reduction } from '../loops/loop-program.js';

/** What a lowering may ask for while it builds expressions. */
export interface LoweringContext {
  /** The value of a tensor at an index vector (one index per axis of that tensor). */
  readonly at: (input: Tensor, indices: readonly Index[]) => Expression;
  /** An element of a stored tensor, at a position computed at run time along one axis. */
  readonly gather: (input: Tensor, indices: readonly Index[], axis: number, position: Expression) => Expression;
}

/**
 * How a primitive becomes loops.
 * - `point`: each output element is an expression of input elements; such nodes fuse into their neighbours.
 *   `stored` lists the inputs that must be in memory (those that are gathered from).
 * - `alias`: the output has the elements of its input in the same row-major order (reshape).
 * - `identity`: the output is input 0; the node matters to differentiation only.
 * - `reduction`: each output element is a reduction; point nodes fuse into its value and into what follows its result.
 * - `scatter`: the output is zero-filled, then added to at computed positions.
 * - `repeat`: a loop over time whose body is a graph of its own; the node is one of its results.
 * - `leaf`: given from outside (constants, inputs, variables).
 */
export type Lowering<A = unknown, I extends Inputs = Inputs> =
  | {
      readonly kind: 'point';
      readonly stored?: readonly number[];
      expression(node: NodeOf<A, I>, indices: readonly Index[], context: LoweringContext): Expression;
    }
  | { readonly kind: 'alias' }
  | { readonly kind: 'identity' }
  | { readonly kind: 'leaf' }
  | { readonly kind: 'repeat' }
  | {
      readonly kind: 'reduction';
      readonly stored?: readonly number[];
      readonly contraction?: boolean;
      readonly scan?: boolean;
      nests(node: NodeOf<A, I>, context: LoweringContext): readonly Nest[];
    }
  | { readonly kind: 'scatter'; nest(node: NodeOf<A, I>, context: LoweringContext): ScatterNest };

/** One loop nest of a reduction. A primitive may need several that each fill a part of the output. */
export interface Nest {
  readonly extents: readonly number[];
  readonly reduction: Reduction;
  /** Where in the output the result goes, one index per output axis. */
  readonly output: readonly Index[];
}

export interface ScatterNest {
  readonly extents: readonly number[];
  readonly parallel: number;
  readonly output: readonly Index[];
  readonly position: DynamicIndex;
  readonly value: Expression;
}
