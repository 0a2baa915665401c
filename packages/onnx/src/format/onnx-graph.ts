import type { DType } from '@adjoint/core';

/** A tensor as JSON: its little-endian elements in base64, so that every bit of it is kept. */
export interface PackedTensor {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly base64: string;
}

/** The value of an attribute; numbers that JSON cannot hold are packed. */
export type OnnxAttribute =
  | number
  | string
  | readonly number[]
  | readonly string[]
  | { readonly tensor: PackedTensor }
  | { readonly graph: OnnxGraph };

/** One operation: names of what it takes ('' where an optional input is left out) and gives. */
export interface OnnxNode {
  readonly name: string;
  readonly op: string;
  /** '' is ONNX's own. */
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}

/** An input of a graph, with its batch axis; an extent that may vary is null. */
export interface OnnxInput {
  readonly name: string;
  readonly shape: readonly (number | null)[];
  readonly dtype: DType;
}

/** What a weight does; a running `mean` and `variance` are states, which no gradient changes. */
export type WeightRole = 'kernel' | 'bias' | 'scale' | 'mean' | 'variance';

export interface OnnxWeight {
  readonly shape: readonly number[];
  readonly role: WeightRole;
}

/** A graph as plain JSON, without the values of its weights: the options of the layer `onnx`. */
export interface OnnxGraph {
  /** Version of ONNX's own operators. */
  readonly opset: number;
  readonly inputs: readonly OnnxInput[];
  readonly outputs: readonly string[];
  /** Inputs before users. */
  readonly nodes: readonly OnnxNode[];
  readonly constants: Readonly<Record<string, PackedTensor>>;
  readonly weights: Readonly<Record<string, OnnxWeight>>;
}
