import type { DType } from '../tensor/dtype.js';
import type { HostTensor } from '../tensor/host-tensor.js';
import type { Shape, VaryingShape } from '../tensor/shape.js';
import { definer } from '../registry/definition.js';

/** What one example of a dataset looks like in one of its arrays: the shape without the batch axis. */
export interface ExampleType {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** The same of a model's input or output, where some extents may differ from batch to batch. */
export interface VaryingType {
  readonly shape: VaryingShape;
  readonly dtype: DType;
}

/** Some examples stacked along a leading batch axis. */
export interface Batch {
  /** One tensor `[examples, …shape]` per model input. */
  readonly inputs: readonly HostTensor[];
  /** `[examples, …shape]`. */
  readonly targets: HostTensor;
}

/** A finite collection of examples that can be read in any order. */
export interface Dataset {
  /** Number of examples. */
  readonly size: number;
  readonly inputs: readonly ExampleType[];
  readonly targets: ExampleType;
  /** The examples at `indices` (each 0 … size − 1, repetitions allowed), in that order. */
  batch(indices: Int32Array): Batch | Promise<Batch>;
}

/** Names of the kind `dataset` with their options; the package that defines a name adds it by declaration merging. */
export interface Datasets {}

declare module '../registry/kinds.js' {
  interface Kinds {
    dataset: { catalogue: Datasets; instance: Dataset | Promise<Dataset> };
  }
}

export const defineDataset = definer('dataset');
