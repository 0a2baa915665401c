import type { RandomSource } from '../random/random-source.js';
import { definer } from '../registry/definition.js';
import type { DType } from '../tensor/dtype.js';
import type { HostTensor } from '../tensor/host-tensor.js';
import type { Several } from '../tensor/several.js';
import type { Shape, VaryingShape } from '../tensor/shape.js';

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
  readonly inputs: Several<HostTensor>;
  /** Tensors `[examples, …shape]`, one for each that the losses and metrics ask for; none for data without labels. */
  readonly targets: readonly HostTensor[];
  /** How much each example counts, ≥ 0: float32 `[examples]`; all the same if not given. */
  readonly weights?: HostTensor;
}

/** What the examples of some data look like. */
export interface DataType {
  readonly inputs: Several<ExampleType>;
  readonly targets: readonly ExampleType[];
}

/** What reading may depend on, besides the numbers of the examples: augmentation is a function of it. */
export interface ReadContext {
  readonly epoch: number;
  /** Random numbers that belong to the seed of the run, the epoch and the example. */
  random(example: number): RandomSource;
}

/** A finite collection of examples that can be read in any order. */
export interface Dataset extends DataType {
  /** Number of examples. */
  readonly size: number;
  /** The examples at `indices` (each 0 … size − 1, repetitions allowed), in that order. */
  batch(indices: Int32Array, at?: ReadContext): Batch | Promise<Batch>;
  /**
   * All examples in order, not to be changed. Data have it that are in memory and do not depend on the `ReadContext`: as
   * these arrays they can be sent to a worker.
   */
  whole?(): Batch;
}

/** Names of the kind `dataset` with their options; the package that defines a name adds it by declaration merging. */
export interface Datasets {}

declare module '../registry/kinds.js' {
  interface Kinds {
    dataset: { catalogue: Datasets; instance: Dataset | Promise<Dataset> };
  }
}

export const defineDataset = definer('dataset');
