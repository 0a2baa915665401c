import { allocateArray } from '../tensor/dtype.js';
import type { HostTensor } from '../tensor/host-tensor.js';
import { batches } from './batches.js';
import type { Dataset } from './dataset.js';
import { readBatch } from './read-batch.js';

/** All targets of a dataset, in the order of its examples: [examples, …] each. */
export async function readTargets(dataset: Dataset): Promise<readonly HostTensor[]> {
  const parts: (readonly HostTensor[])[] = [];
  for (const indices of batches(dataset, { batchSize: 256, shuffle: false }))
    parts.push((await readBatch(dataset, indices)).targets);
  return dataset.targets.map(({ shape, dtype }, place) => {
    const pieces = parts.map((part) => part[place]!);
    const data = allocateArray(
      dtype,
      pieces.reduce((sum, piece) => sum + piece.data.length, 0),
    );
    let at = 0;
    for (const piece of pieces) {
      data.set(piece.data, at);
      at += piece.data.length;
    }
    return { data, shape: [dataset.size, ...shape], dtype };
  });
}
