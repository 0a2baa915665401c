import type { Lowering } from './lowering.js';
import type { HostTensor } from '../tensor/host-tensor.js';
import type { Tensor, TensorType } from './tensor.js';

/**
 * A primitive operation: everything the library knows of it stands in one file.
 * `A` is the type of its attributes, which are plain JSON (they are part of the key under which programs are cached).
 */
export interface Primitive<A = unknown> {
  readonly name: string;

  /** The shape rule. Throws an `AdjointError` that says what was expected when the inputs do not fit. */
  infer(inputs: readonly TensorType[], attributes: A): TensorType;

  /**
   * The vector-Jacobian product, written in primitives: given the cotangent of the output, the cotangent of each input,
   * or `undefined` where none flows. `needed[i]` tells whether input i's is asked for.
   */
  vjp(node: NodeOf<A>, cotangent: Tensor, needed: readonly boolean[]): readonly (Tensor | undefined)[];

  /** The reference implementation: plain, obvious TypeScript that fills `output.data`; the oracle for every backend. */
  compute(inputs: readonly HostTensor[], attributes: A, output: HostTensor): void;

  /** How the compiler turns a node into loops. */
  readonly lowering: Lowering<A>;

  /** An equal but cheaper node, or `undefined`. Inputs are simplified already. */
  simplify?(node: NodeOf<A>): Tensor | undefined;
}

/** A node whose attributes are known to be `A`. */
export type NodeOf<A> = Tensor & { readonly attributes: A };

/** Completes and freezes a primitive; plugins may define their own. */
export function definePrimitive<A>(primitive: Primitive<A>): Primitive<A> {
  return Object.freeze(primitive);
}

/** For primitives whose output does not vary with their inputs (comparisons, index sources, rounding). */
export function noGradient(node: Tensor): readonly undefined[] {
  return node.inputs.map(() => undefined);
}
