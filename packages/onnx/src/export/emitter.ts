import type { Tensor } from '@adjoint/core';
import type { Dim } from './dims.js';
import type { GraphWriter } from './graph-writer.js';
import type { Views } from './views.js';

/** One node of a graph that is to be written: its primitive's attributes are in `node.attributes`. */
export interface Emission {
  readonly node: Tensor;
  /** Names of its inputs. */
  readonly inputs: readonly string[];
  readonly writer: GraphWriter;
  readonly views: Views;
  /** The extents of a node of the same graph. */
  dims(node: Tensor): readonly Dim[];
  /** The name of an input whose repeated axes operators of ONNX repeat by themselves, in the place of those of `inputs`. */
  readonly broadcast: readonly string[];
  /** The value of a constant, where the node is one. */
  constantOf(node: Tensor): ArrayLike<number> | undefined;
}

/** Writes a primitive as operations of ONNX; returns the name of the result. */
export type Emitter = (emission: Emission) => string;

export type Emitters = Readonly<Record<string, Emitter>>;

/** The n-th input as a node. */
export function inputOf({ node }: Emission, index: number): Tensor {
  return node.inputs[index]!;
}
