import type { ExecutionContext } from 'ava';
import { AdjointError, type Batch, type BatchSource, type ErrorCode, type Dataset } from '@adjoint/core';
import { ArrayDataset, dataset } from '../src/index.js';

/** Examples whose one feature and target are their number. */
export function numbered(size: number): ArrayDataset {
  return dataset({
    inputs: { data: Float32Array.from({ length: size }, (_, i) => i), shape: [size, 1] },
    targets: { data: Int32Array.from({ length: size }, (_, i) => i) },
  });
}

/** The same as a dataset that is not held in memory and answers later. */
export function asynchronous(source: Dataset): Dataset {
  return {
    size: source.size,
    inputs: source.inputs,
    targets: source.targets,
    batch: async (indices) => source.batch(indices),
  };
}

export function range(size: number): Int32Array {
  return Int32Array.from({ length: size }, (_, i) => i);
}

/** Asserts that `run` rejects or throws with this code and a message that matches every pattern. */
export async function refuses(
  t: ExecutionContext,
  run: () => unknown,
  code: ErrorCode,
  ...patterns: RegExp[]
): Promise<void> {
  const error = await t.throwsAsync(async () => run(), { instanceOf: AdjointError });
  t.is(error?.code, code);
  for (const pattern of patterns) t.regex(error?.message ?? '', pattern);
}

/** The bytes in pieces of a length. */
export function pieces(bytes: Uint8Array, length: number): () => AsyncGenerator<Uint8Array> {
  return async function* () {
    for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
  };
}

/** The batches of an epoch, from one on. */
export async function collect(source: BatchSource, index = 0): Promise<Batch[]> {
  const batches: Batch[] = [];
  for await (const batch of source.batches({ seed: 0, epoch: 0, index })) batches.push(batch);
  return batches;
}
