import type { Lowering } from './lowering.js';
import type { HostTensor } from '../tensor/host-tensor.js';
import type { Tensor, TensorType } from './tensor.js';

/** The inputs of a primitive: a tuple such as `[x: Tensor, w: Tensor]`, or an array if it takes any number. */
export type Inputs = readonly Tensor[];

/** One `T` for each input. */
export type PerInput<I extends Inputs, T> = { readonly [K in keyof I]: T };

export type PrimitiveFamily = 'elementwise' | 'movement' | 'reduction' | 'contraction' | 'source';

/**
 * A primitive operation: everything the library knows of it stands in one file.
 * `A` is the type of its attributes, which are plain JSON (they are part of the key under which programs are cached);
 * `I` is what it takes.
 */
export interface Primitive<A = unknown, I extends Inputs = Inputs> {
  readonly name: string;

  /**
   * What it computes, and after a semicolon its gradient where one may flow: y is the output, a bar marks the cotangent
   * of what is under it. For readers, as in docs/gradients.md.
   * @example 'y = eˣ; x̄ = ȳ·y'
   */
  readonly formula?: string;

  /** In which table of docs/gradients.md it is listed. */
  readonly family?: PrimitiveFamily;

  /**
   * Work per element of the output, in additions: 1 if not given, 0 for index maps. What is used twice and costs more
   * than an addition is stored rather than computed again.
   */
  readonly cost?: number;

  /** Each element is one of the first input, found by its index alone, or a constant. Contractions read through such maps. */
  readonly indexMap?: true;

  /** Every element is one of the first input, each of which is used several times; so the input is computed before. */
  readonly repeats?: true;

  /** Not worth a word in the label of a kernel that does more: another view of the same values, or a constant. */
  readonly quiet?: true;

  /** The shape rule. Throws an `AdjointError` that says what was expected when the inputs do not fit. */
  infer(inputs: PerInput<I, TensorType>, attributes: A): TensorType;

  /**
   * The vector-Jacobian product, written in primitives: given the cotangent of the output, the cotangent of each input,
   * or `undefined` where none flows. `needed[i]` tells whether input i's is asked for.
   */
  vjp(node: NodeOf<A, I>, cotangent: Tensor, needed: PerInput<I, boolean>): PerInput<I, Tensor | undefined>;

  /**
   * For a primitive of several results, each of which is a node: `vjp` of all together. Results of one computation are
   * the nodes that have the very same list of inputs. `cotangents` has one for each node, `undefined` where none arrives.
   */
  vjpOfResults?(
    nodes: readonly NodeOf<A, I>[],
    cotangents: readonly (Tensor | undefined)[],
    needed: PerInput<I, boolean>,
  ): PerInput<I, Tensor | undefined>;

  /** The reference implementation: plain, obvious TypeScript that fills `output.data`; the oracle for every backend. */
  compute(inputs: PerInput<I, HostTensor>, attributes: A, output: HostTensor): void;

  /** How the compiler turns a node into loops. */
  readonly lowering: Lowering<A, I>;

  /** An equal but cheaper node, or `undefined`. Inputs are simplified already. */
  simplify?(node: NodeOf<A, I>): Tensor | undefined;
}

/** A node whose attributes are known to be `A` and whose inputs are known to be `I`. */
export interface NodeOf<A, I extends Inputs = Inputs> extends Tensor {
  readonly attributes: A;
  readonly inputs: I;
}

/** Whether a node applies this primitive. */
export function isNodeOf<A, I extends Inputs>(node: Tensor, primitive: Primitive<A, I>): node is NodeOf<A, I> {
  return node.primitive === (primitive as Primitive);
}

/** Completes and freezes a primitive; plugins may define their own. */
export function definePrimitive<A, I extends Inputs = Inputs>(primitive: Primitive<A, I>): Primitive<A, I> {
  return Object.freeze(primitive);
}

/** Builds the cotangents that are needed, and no others; `rules` has one for each input through which a gradient flows. */
export function onlyNeeded<R extends readonly ((() => Tensor) | undefined)[]>(
  needed: { readonly [K in keyof R]: boolean },
  rules: readonly [...R],
): { readonly [K in keyof R]: Tensor | undefined } {
  return rules.map((rule, i) => (needed[i] ? rule?.() : undefined)) as { [K in keyof R]: Tensor | undefined };
}

/** For primitives whose output does not vary with their inputs (comparisons, index sources, rounding). */
export function noGradient<I extends Inputs>(node: NodeOf<unknown, I>): PerInput<I, undefined> {
  return node.inputs.map(() => undefined) as PerInput<I, undefined>;
}
