import type { Batch, Dataset, ExampleType, ReadContext } from '../data/dataset.js';
import { RandomSource } from '../random/random-source.js';
import { allocateArray } from '../tensor/dtype.js';
import type { HostTensor } from '../tensor/host-tensor.js';
import { formatShape, sizeOf } from '../tensor/shape.js';
import { withAssertions, type Assertions, type TestFunction } from './test-function.js';

export interface DatasetSample {
  /** What it is called in titles. */
  readonly name: string;
  /** Opens it anew; it has at least two examples. */
  readonly open: () => Dataset | Promise<Dataset>;
}

/**
 * The contract of a dataset: batches have the shapes and dtypes that it states, also a batch of one and an empty one; an
 * example is the same in any batch and at any place of it, in every reading of an epoch and every opening; indices and
 * batches that were given out are left alone.
 */
export function testDataset(runner: TestFunction, { name, open }: DatasetSample): void {
  const test = withAssertions(runner);
  test(`${name}: batches have the stated shapes and dtypes, also one of one and an empty one`, async (t) => {
    const data = await open();
    t.true(Number.isInteger(data.size) && data.size >= 2, `the size is ${data.size}`);
    for (const indices of [[], [0], [data.size - 1, 0, 0]]) {
      const batch = await data.batch(Int32Array.from(indices), at(0));
      checkTensors(t, batch.inputs, data.inputs, indices.length, 'input');
      checkTensors(t, batch.targets, data.targets, indices.length, 'target');
      if (batch.weights) checkTensors(t, [batch.weights], [{ shape: [], dtype: 'float32' }], indices.length, 'weights');
    }
  });

  test(`${name}: an example is the same in any batch, reading and opening`, async (t) => {
    const [data, other] = [await open(), await open()];
    const last = data.size - 1;
    const indices = Int32Array.of(0, last, 0);
    const batch = await data.batch(indices, at(1));
    t.deepEqual([...indices], [0, last, 0], 'the indices were changed');
    const before = rowsOf(batch);
    t.deepEqual(before[0], before[2], 'the same example twice in a batch');
    const alone = await data.batch(Int32Array.of(last), at(1));
    t.deepEqual(rowsOf(alone)[0], before[1], 'an example alone');
    await data.batch(Int32Array.of(1), at(2));
    t.deepEqual(rowsOf(batch), before, 'a batch that was given out before');
    t.deepEqual(rowsOf(await data.batch(indices, at(1))), before, 'read again');
    t.deepEqual(rowsOf(await other.batch(indices, at(1))), before, 'opened again');
  });
}

function at(epoch: number): ReadContext {
  return { epoch, random: (example) => new RandomSource(3).child(`${epoch}/${example}`) };
}

function checkTensors(
  t: Assertions,
  tensors: readonly HostTensor[],
  types: readonly ExampleType[],
  examples: number,
  what: string,
): void {
  t.deepEqual(tensors.length, types.length, `number of ${what}s`);
  tensors.forEach(({ data, shape, dtype }, i) => {
    const type = types[i]!;
    const where = `${what} ${i} of a batch of ${examples}`;
    t.deepEqual(formatShape(shape), formatShape([examples, ...type.shape]), `the shape of ${where}`);
    t.deepEqual(dtype, type.dtype, `the dtype of ${where}`);
    t.true(data.constructor === allocateArray(dtype, 0).constructor, `the array of ${where}`);
    t.deepEqual(data.length, sizeOf(shape), `the length of ${where}`);
  });
}

/** All values of each example. */
function rowsOf({ inputs, targets, weights }: Batch): number[][] {
  const tensors = [...inputs, ...targets, ...(weights ? [weights] : [])];
  const examples = inputs[0].shape[0] ?? 0;
  return Array.from({ length: examples }, (_, row) =>
    tensors.flatMap(({ data, shape }): number[] => {
      const length = sizeOf(shape.slice(1));
      return Array.from(data.slice(row * length, (row + 1) * length));
    }),
  );
}
