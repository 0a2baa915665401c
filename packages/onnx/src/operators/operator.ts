import type { Tensor } from '@adjoint/core';
import type { WeightRole } from '../format/onnx-graph.js';
import type { Call } from './call.js';

/** What an operator gives: a tensor, or one for each output that it has. */
export type Results = Tensor | readonly (Tensor | undefined)[];

/** An operator of ONNX, in all versions that are read. Builds graph. */
export interface Operator {
  apply(call: Call): Results;
  /** Inputs whose values decide on shapes, so that they must be known when the graph is traced. */
  readonly statics?: readonly number[];
  /** What weights do that come as these inputs. */
  readonly roles?: Readonly<Record<number, WeightRole>>;
}

/** Operators by their names in ONNX. */
export type Operators = Readonly<Record<string, Operator>>;
