import { AdjointError } from '../errors.js';
import { isHostTensor } from '../tensor/host-tensor.js';
import type { Batch, Dataset, ReadContext } from './dataset.js';

/**
 * Reads examples of a dataset, and checks that what it answers with is a batch of them.
 * @throws AdjointError `DATA_INVALID` that says what is missing
 */
export async function readBatch(dataset: Dataset, indices: Int32Array, at?: ReadContext): Promise<Batch> {
  const batch = await dataset.batch(indices, at);
  checkForm(batch);
  const found = batch.inputs[0].shape[0];
  if (found === indices.length) return batch;
  throw new AdjointError(
    'DATA_INVALID',
    `dataset: ${indices.length} examples were asked for and ${found ?? 'none'} came; batch(indices) returns one example for each index, in that order.`,
  );
}

/** Whether something is a batch: lists of arrays, and perhaps weights. */
export function checkForm(batch: unknown): asserts batch is Batch {
  const { inputs, targets, weights } = (batch ?? {}) as { readonly [name: string]: unknown };
  const isList = (list: unknown): list is readonly unknown[] => Array.isArray(list) && list.every(isHostTensor);
  const problem =
    !isList(inputs) || inputs.length === 0
      ? 'its inputs are no list of tensors'
      : !isList(targets)
        ? 'its targets are no list of tensors'
        : weights !== undefined && !isHostTensor(weights)
          ? 'its weights are no tensor'
          : undefined;
  if (problem === undefined) return;
  throw new AdjointError(
    'DATA_INVALID',
    `The batch is not as it should be: ${problem}. A batch is { inputs: [tensor, …], targets: [tensor, …], weights? }, with tensors { data, shape: [examples, …], dtype }; data without labels have the targets [].`,
  );
}
