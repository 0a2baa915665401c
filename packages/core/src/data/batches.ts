import { AdjointError } from '../errors.js';
import { refuseStream } from './check-batch.js';
import { validateOptions } from '../registry/options/index.js';
import { RandomSource } from '../random/random-source.js';
import { batchesOptions } from './option-schemas.js';

export interface BatchOptions {
  /** Examples per batch, or `'full'` for one batch of all. */
  readonly batchSize: number | 'full';
  /** A new random order in every epoch; default true. */
  readonly shuffle?: boolean;
  /** Default 0. */
  readonly seed?: number;
  /** Leaves out a last batch that is not full; default false. */
  readonly dropLast?: boolean;
}

/** The order in which an epoch reads `size` examples: a function of (seed, epoch) alone. */
export function epochOrder(
  size: number,
  { shuffle = true, seed = 0 }: Pick<BatchOptions, 'shuffle' | 'seed'>,
  epoch: number,
): Int32Array {
  if (!shuffle) return Int32Array.from({ length: size }, (_, index) => index);
  return new RandomSource(seed).child(`shuffle/${epoch}`).permutation(size);
}

/**
 * Where the batches of an epoch start and end, in examples.
 * @throws AdjointError `OPTIONS_INVALID` unless `batchSize` is a whole number ≥ 1 or `'full'`
 */
export function batchBounds(
  size: number,
  { batchSize, dropLast = false }: Pick<BatchOptions, 'batchSize' | 'dropLast'>,
): [start: number, end: number][] {
  if (batchSize !== 'full' && !(Number.isInteger(batchSize) && batchSize >= 1)) {
    throw new AdjointError(
      'OPTIONS_INVALID',
      `batches: batchSize is ${batchSize}; it must be a whole number ≥ 1, or 'full'.`,
    );
  }
  const step = batchSize === 'full' ? Math.max(1, size) : batchSize;
  const count = dropLast ? Math.floor(size / step) : Math.ceil(size / step);
  return Array.from({ length: count }, (_, i) => [i * step, Math.min((i + 1) * step, size)]);
}

/** The batches of one epoch (default 0) as arrays of example numbers, for `dataset.batch`. */
export function* batches(
  dataset: { readonly size: number },
  options: BatchOptions & { readonly epoch?: number },
): Generator<Int32Array> {
  refuseStream(dataset, 'batches');
  validateOptions(batchesOptions, options, 'batches');
  const bounds = batchBounds(dataset.size, options);
  const order = epochOrder(dataset.size, options, options.epoch ?? 0);
  for (const [start, end] of bounds) yield order.subarray(start, end);
}
