import {
  AdjointError,
  checkDataset,
  mapSeveral,
  printableDataset,
  readContext,
  type Batch,
  type Dataset,
  type ExampleType,
  type HostTensor,
  type ReadContext,
} from '@adjoint/core';
import { custom, optional, schemaOf, validateOptions } from '@adjoint/core/options';

/** What a transform may depend on besides the values: the epoch, and random numbers of each example. */
export interface TransformContext extends ReadContext {
  /** Numbers of the examples of the batch, for `random`. */
  readonly examples: Int32Array;
}

/** Turns batches of one tensor into others, example by example. */
export interface TensorTransform {
  /** What an example becomes; throws an AdjointError if it cannot be transformed. */
  type(example: ExampleType): ExampleType;
  /** Transforms `[examples, …shape]`; must not change what it is given, and must depend on nothing else. */
  apply(tensor: HostTensor, context: TransformContext): HostTensor;
}

/** One transform for all tensors, or one for each; undefined leaves a tensor as it is. */
type OneOrEach = TensorTransform | readonly (TensorTransform | undefined)[];

export interface Transforms {
  readonly inputs?: OneOrEach;
  readonly targets?: OneOrEach;
}

const isTransform = (value: unknown): boolean => {
  const { type, apply } = (value ?? {}) as { readonly type?: unknown; readonly apply?: unknown };
  return typeof type === 'function' && typeof apply === 'function';
};
const oneOrEach = optional(
  custom<OneOrEach>(
    (value) =>
      isTransform(value) || (Array.isArray(value) && value.every((one) => one === undefined || isTransform(one))),
    'a transform { type, apply }, or a list with one for each',
  ),
);
const transformsOption = schemaOf<Transforms>({ inputs: oneOrEach, targets: oneOrEach });

/** A view of a dataset whose batches are transformed as they are read; mistakes in shapes and dtypes show at once. */
export function transform(dataset: Dataset, transforms: Transforms): Dataset {
  checkDataset(dataset, 'transform');
  validateOptions(transformsOption, transforms, 'transform');
  const { inputs, targets } = transforms;
  const ofInput = chosen(inputs, dataset.inputs.length, 'inputs');
  const ofTarget = chosen(targets, dataset.targets.length, 'targets');
  const apply = (batch: Batch, context: TransformContext): Batch => ({
    ...batch,
    inputs: mapSeveral(batch.inputs, (tensor, i) => ofInput(i)?.apply(tensor, context) ?? tensor),
    targets: batch.targets.map((tensor, i) => ofTarget(i)?.apply(tensor, context) ?? tensor),
  });
  return printableDataset({
    size: dataset.size,
    inputs: mapSeveral(dataset.inputs, (type, i) => ofInput(i)?.type(type) ?? type),
    targets: dataset.targets.map((type, i) => ofTarget(i)?.type(type) ?? type),
    batch(indices, at = readContext(0, 0)) {
      const context = { ...at, examples: indices };
      const batch = dataset.batch(indices, at);
      return batch instanceof Promise ? batch.then((read) => apply(read, context)) : apply(batch, context);
    },
  });
}

function chosen(given: OneOrEach | undefined, count: number, what: string): (i: number) => TensorTransform | undefined {
  if (given === undefined || 'apply' in given) return () => given;
  if (given.length === count) return (i) => given[i];
  throw new AdjointError(
    'OPTIONS_INVALID',
    `transform: there are ${given.length} transforms for ${count} ${what}; give one for all, or one for each.`,
  );
}
