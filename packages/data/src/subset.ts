import type { Dataset } from '@adjoint/core';
import { ArrayDataset, checkIndices } from './array-dataset.js';

/**
 * The examples of `dataset` at `indices` (0 … size − 1, repetitions allowed), in that order; nothing is copied.
 * @throws AdjointError `OPTIONS_INVALID` if an index is out of range
 */
export function subset(dataset: ArrayDataset, indices: Int32Array): ArrayDataset;
export function subset(dataset: Dataset, indices: Int32Array): Dataset;
export function subset(dataset: Dataset, indices: Int32Array): Dataset {
  if (dataset instanceof ArrayDataset) return dataset.subset(indices);
  checkIndices(indices, dataset.size);
  const rows = indices.slice();
  return {
    size: rows.length,
    inputs: dataset.inputs,
    targets: dataset.targets,
    batch(positions) {
      checkIndices(positions, rows.length);
      return dataset.batch(positions.map((position) => rows[position]!));
    },
  };
}
