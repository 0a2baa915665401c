import { type Batch, type Dataset, type ExampleType, type HostTensor } from '@adjoint/core';

/** Turns batches of one tensor into others, example by example. */
export interface TensorTransform {
  /** What an example becomes; throws an AdjointError if it cannot be transformed. */
  type(example: ExampleType): ExampleType;
  /** Transforms `[examples, …shape]`; must not change what it is given. */
  apply(tensor: HostTensor): HostTensor;
}

export interface Transforms {
  /** Applied to every input. */
  readonly inputs?: TensorTransform;
  readonly targets?: TensorTransform;
}

/** A view of a dataset whose batches are transformed as they are read; mistakes in shapes and dtypes show at once. */
export function transform(dataset: Dataset, { inputs, targets }: Transforms): Dataset {
  const apply = (batch: Batch): Batch => ({
    inputs: inputs ? batch.inputs.map((tensor) => inputs.apply(tensor)) : batch.inputs,
    targets: targets ? targets.apply(batch.targets) : batch.targets,
  });
  return {
    size: dataset.size,
    inputs: inputs ? dataset.inputs.map((type) => inputs.type(type)) : dataset.inputs,
    targets: targets ? targets.type(dataset.targets) : dataset.targets,
    batch(indices) {
      const batch = dataset.batch(indices);
      return batch instanceof Promise ? batch.then(apply) : apply(batch);
    },
  };
}
