import { batches, type Batch, type Dataset } from '@adjoint/core';

/** The first examples of a dataset, all of them where there are fewer. */
export async function firstBatch(dataset: Dataset, batchSize: number): Promise<Batch> {
  const [indices = new Int32Array()] = batches(dataset, {
    batchSize: Math.min(batchSize, dataset.size),
    shuffle: false,
  });
  return dataset.batch(indices);
}
