import { AdjointError } from '../errors.js';
import { isHostTensor, type HostTensor } from '../tensor/host-tensor.js';
import { severalOf } from '../tensor/several.js';
import { formatShape, sizeOf } from '../tensor/shape.js';
import { isNames, numbersOfNames, type ClassNames } from './class-names.js';
import type { Batch, Dataset, VaryingType } from './dataset.js';
import { refuseStream } from './check-batch.js';
import { arrayOf, inputsOf, joined, type ExampleInput } from './examples.js';
import { iterableSource, openerOf } from './iterable-source.js';
import { pairOf, type LabelledArrays, type Pair } from './labelled-arrays.js';
import type { BatchSource } from './source.js';
import { datasetOf } from './view.js';

/** Finite data: a dataset, arrays, or a list of labelled examples. */
export type TrainingData = Dataset | LabelledArrays | readonly LabelledArrays[];

/** What data are for. */
export interface Consumer {
  readonly model: ClassNames & { readonly inputs: readonly ExampleInput[] };
  /** The output that each target is of, as far as it is known. */
  readonly targets: readonly (VaryingType | undefined)[];
  /** Whether names of classes may be new. */
  readonly learn: boolean;
  /** Begins errors. */
  readonly who: string;
}

/** Whether data can be read as they are. */
export function isReadable(data: unknown): data is Dataset | BatchSource {
  const { batch, batches } = (data ?? {}) as { readonly batch?: unknown; readonly batches?: unknown };
  return typeof batch === 'function' || typeof batches === 'function';
}

/**
 * Data as a dataset, or, where they are iterated over, as a source of batches. What is none of the forms that are known
 * is handed back, for the check of datasets to name.
 * @param batchSize Of streams whose items are single examples.
 * @throws AdjointError `DATA_INVALID`, `SHAPE_MISMATCH`
 */
export async function readableData(
  data: unknown,
  consumer: Consumer,
  batchSize?: number | 'full',
): Promise<Dataset | BatchSource> {
  if (isReadable(data)) return data;
  if (isBatch(data)) return datasetOf(counted(data, consumer.who));
  const pair = pairOf(data);
  if (pair) return datasetOf(await batchOf(pair, consumer));
  if (Array.isArray(data) && data.length > 0 && data.every((one) => pairOf(one) !== undefined))
    return datasetOf(
      await batchOfList(
        data.map((one) => pairOf(one)!),
        consumer,
      ),
    );
  const open = Array.isArray(data) ? undefined : openerOf(data);
  if (!open) return data as Dataset;
  // A stream does not show all of its labels beforehand.
  const known = { ...consumer, learn: false };
  return iterableSource(
    open,
    { inputs: consumer.model.inputs, who: consumer.who, read: (pairs) => batchOfList(pairs, known) },
    batchSize,
  );
}

/** The same where only a dataset will do, such as evaluation. */
export async function readableDataset(data: unknown, consumer: Consumer): Promise<Dataset> {
  refuseStream(data, consumer.who);
  return (await readableData(data, consumer)) as Dataset;
}

function isBatch(value: unknown): value is Batch {
  const { inputs, targets } = (value ?? {}) as Partial<Batch>;
  return Array.isArray(inputs) && inputs.length > 0 && inputs.every(isHostTensor) && Array.isArray(targets);
}

/** Labelled arrays as tensors, `[examples, …]` each. */
async function batchOf({ x, y, weights }: Pair, consumer: Consumer): Promise<Batch> {
  const { model, who } = consumer;
  const inputs = await inputsOf(x, model.inputs, who);
  const [examples = 1] = inputs[0].shape;
  const targets = y === undefined ? [] : await targetsOf(y, examples, consumer);
  if (weights === undefined) return counted({ inputs, targets }, who);
  const { data } = await arrayOf(weights, 'float32', `${who}: the weights`);
  return counted({ inputs, targets, weights: { data, shape: [data.length], dtype: 'float32' } }, who);
}

/** A batch whose arrays have as many entries each. @throws AdjointError `DATA_INVALID` */
function counted(batch: Batch, who: string): Batch {
  const { inputs, targets, weights } = batch;
  const [examples] = inputs[0].shape;
  const named = [
    ...inputs.map((tensor, i) => [`input ${i}`, tensor] as const),
    ...targets.map((tensor, i) => [i === 0 ? 'the targets' : `the targets ${i}`, tensor] as const),
    ...(weights ? [['the weights', weights] as const] : []),
  ];
  const odd = named.find(([, { shape }]) => shape[0] !== examples);
  if (!odd) return batch;
  throw new AdjointError(
    'DATA_INVALID',
    `${who}: there are ${examples ?? 'no'} examples, but ${odd[0]} ${formatShape(odd[1].shape)} hold ${odd[1].shape[0] ?? 'none'}; every array needs one entry for each example.`,
  );
}

async function targetsOf(given: unknown, examples: number, consumer: Consumer): Promise<HostTensor[]> {
  const { targets, who } = consumer;
  const isPerTarget = targets.length > 1 && Array.isArray(given) && given.length === targets.length;
  const values: readonly unknown[] = isPerTarget ? given : [given];
  return Promise.all(
    values.map(async (value, place) => {
      const output = targets[place];
      const names = typeof value === 'string' ? [value] : value;
      if (isNames(names)) return numbersOfNames(names, consumer.model, { ...consumer, output });
      return perExample(await arrayOf(value, undefined, `${who}: the targets`), examples, output);
    }),
  );
}

/** A target as `[examples, …]`: that of one example may come without the first axis, and numbers may be flat. */
function perExample(target: HostTensor, examples: number, output: VaryingType | undefined): HostTensor {
  const { shape, data } = target;
  if (shape[0] === examples) return target;
  if (examples === 1) return { ...target, shape: [1, ...shape] };
  const example = output?.shape.map(Number) ?? [];
  const isFlat = shape.length === 1 && data.length === examples * sizeOf(example);
  return isFlat ? { ...target, shape: [examples, ...example] } : target;
}

/** Single examples, or batches, put together. */
async function batchOfList(pairs: readonly Pair[], consumer: Consumer): Promise<Batch> {
  // Names of classes are learnt of all examples together.
  const labels = pairs.flatMap(({ y }) => (typeof y === 'string' ? [y] : isNames(y) ? y : []));
  if (labels.length > 0 && !consumer.model.classes)
    numbersOfNames(labels, consumer.model, { ...consumer, output: consumer.targets[0] });
  const parts = await Promise.all(pairs.map((pair) => batchOf(pair, consumer)));
  const [first] = severalOf(parts);
  const column = (tensorOf: (batch: Batch) => HostTensor | undefined, what: string): HostTensor => {
    const tensors = parts.map(tensorOf);
    const shape = tensors[0]?.shape.slice(1);
    const at = tensors.findIndex((tensor) => String(tensor?.shape.slice(1)) !== String(shape));
    if (at < 0) return joined(tensors as HostTensor[]);
    throw new AdjointError(
      'SHAPE_MISMATCH',
      `${consumer.who}: ${what} of example ${at} are of shape [${tensors[at]?.shape.slice(1).join(', ') ?? 'none'}] and those of the first of [${shape?.join(', ')}]; all examples must have one shape.`,
    );
  };
  return {
    inputs: severalOf(first.inputs.map((_, i) => column((batch) => batch.inputs[i], `input ${i}`))),
    targets: first.targets.map((_, i) => column((batch) => batch.targets[i], 'the targets')),
    ...(first.weights && { weights: column((batch) => batch.weights, 'the weights') }),
  };
}
