import {
  mapSeveral,
  type Batch,
  type HostTensor,
  type PortableData,
  type SentData,
  type TypedArray,
} from '@adjoint/core';

const shared = new WeakMap<object, Batch>();

/** Data for worker threads: the arrays are copied once into memory that all threads see. */
export function shareData({ choice, dataset }: PortableData): SentData {
  if (!dataset) return { ...(choice !== undefined && { choice }) };
  const whole = shared.get(dataset) ?? shareBatch(dataset.whole());
  shared.set(dataset, whole);
  return { whole, ...(choice !== undefined && { choice }) };
}

function shareBatch({ inputs, targets, weights }: Batch): Batch {
  return {
    inputs: mapSeveral(inputs, shareTensor),
    targets: targets.map(shareTensor),
    ...(weights && { weights: shareTensor(weights) }),
  };
}

function shareTensor({ data, shape, dtype }: HostTensor): HostTensor {
  if (data.buffer instanceof SharedArrayBuffer) return { data, shape, dtype };
  const Arrays = data.constructor as new (buffer: SharedArrayBuffer) => TypedArray;
  const copy = new Arrays(new SharedArrayBuffer(data.byteLength));
  copy.set(data);
  return { data: copy, shape, dtype };
}
