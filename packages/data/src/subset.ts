import { checkDataset, view, type Dataset } from '@adjoint/core';
import { ArrayDataset } from './array-dataset.js';

/**
 * The examples of `dataset` at `indices` (0 … size − 1, repetitions allowed), in that order; nothing is copied.
 * @throws AdjointError `OPTIONS_INVALID` if an index is out of range
 */
export function subset(dataset: ArrayDataset, indices: Int32Array): ArrayDataset;
export function subset(dataset: Dataset, indices: Int32Array): Dataset;
export function subset(dataset: Dataset, indices: Int32Array): Dataset {
  checkDataset(dataset, 'subset');
  return dataset instanceof ArrayDataset ? dataset.subset(indices) : view(dataset, { indices });
}
