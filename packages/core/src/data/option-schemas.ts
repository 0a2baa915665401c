import { anyOf, boolean, count, custom, natural, oneOf, optional, schemaOf } from '../registry/options/index.js';
import { isHostTensor, type HostTensor } from '../tensor/host-tensor.js';
import type { BatchOptions } from './batches.js';
import { refuseStream } from './check-batch.js';
import type { Dataset } from './dataset.js';
import type { SourceOptions } from './source.js';
import type { ViewOptions } from './view.js';

export const batchSize = anyOf(count, oneOf('full'));

export const onProgress = optional(custom((value) => typeof value === 'function', 'a function of progress'));

const order = { batchSize, shuffle: optional(boolean), dropLast: optional(boolean) };

export const loaderOptions = schemaOf<BatchOptions>({ ...order, seed: optional(natural) });

export const batchesOptions = schemaOf<BatchOptions & { readonly epoch?: number }>({
  ...order,
  seed: optional(natural),
  epoch: optional(natural),
});

export const sourceOptions = schemaOf<SourceOptions>({
  ...order,
  sampler: optional(
    custom((value) => typeof (value as Partial<SourceOptions['sampler']>)?.batches === 'function', 'a sampler'),
  ),
});

/** Of which none counts, every mean would be 0/0. */
const exampleWeights = custom<Float32Array>(
  (value) => value instanceof Float32Array && (value.length === 0 || value.some((weight) => weight !== 0)),
  'a Float32Array of weights ≥ 0 that are not all 0',
);

export const viewFields = {
  indices: optional(custom((value) => value instanceof Int32Array, 'an Int32Array of example numbers')),
  weights: optional(exampleWeights),
  targets: optional(custom<HostTensor>(isHostTensor, 'a host tensor { data, shape, dtype }')),
};
export const viewOptions = schemaOf<ViewOptions>(viewFields);

/** Some data that can be asked for examples. */
export const datasetOption = custom<Dataset>((value) => {
  refuseStream(value, 'data');
  return typeof (value as Partial<Dataset> | null)?.batch === 'function';
}, 'a dataset { size, inputs, targets, batch }, as dataset() of @adjoint/data makes one');
