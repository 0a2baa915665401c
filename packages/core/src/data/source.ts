import { AdjointError } from '../errors.js';
import { validateOptions, valueText } from '../registry/options/index.js';
import { RandomSource } from '../random/random-source.js';
import { batchBounds, epochOrder, type BatchOptions } from './batches.js';
import { checkDataset, checkSource } from './check-batch.js';
import type { Batch, Dataset, DataType, ReadContext } from './dataset.js';
import { sourceOptions } from './option-schemas.js';
import { readBatch } from './read-batch.js';
import { checkExamples } from './view.js';
import type { Sampler } from './sampler.js';

/** Where reading begins: the batches of an epoch are a function of seed and epoch. */
export interface SourcePosition {
  readonly seed: number;
  readonly epoch: number;
  /** Batches of the epoch that are left out, since they were read before. */
  readonly index: number;
}

/** Batches one after the other: of a dataset, or of a stream that no memory holds. */
export interface BatchSource extends DataType {
  /** Undefined where it is not known beforehand; an epoch then ends where the batches do. */
  readonly batchesPerEpoch?: number | undefined;
  /** The batches of one epoch from `index` on. */
  batches(from: SourcePosition): AsyncIterable<Batch>;
}

export function isDataset(data: Dataset | BatchSource): data is Dataset {
  return typeof (data as Partial<Dataset> | undefined)?.batch === 'function';
}

/** How a dataset is read. */
export type SourceOptions = Omit<BatchOptions, 'seed'> & { readonly sampler?: Sampler | undefined };

/** What augmentation depends on while an epoch is read. */
export function readContext(seed: number, epoch: number): ReadContext {
  const random = new RandomSource(seed).child(`read/${epoch}`);
  return { epoch, random: (example) => random.child(String(example)) };
}

/**
 * The batches of a dataset, in a new random order in every epoch or as a sampler says.
 * @throws AdjointError `OPTIONS_INVALID` for a bad batch size, or where an epoch would have no batch
 */
export function batchSource(dataset: Dataset, options: SourceOptions): BatchSource {
  checkDataset(dataset, 'batchSource');
  validateOptions(sourceOptions, options, 'batchSource');
  const { sampler, batchSize } = options;
  const bounds = batchBounds(dataset.size, options);
  const size = batchSize === 'full' ? dataset.size : batchSize;
  const batchesPerEpoch = sampler ? sampler.batchesPerEpoch?.(dataset, size) : bounds.length;
  if (batchesPerEpoch === 0) throw noBatch(dataset, options);
  const sequence = async (seed: number, epoch: number): Promise<Iterable<Int32Array>> => {
    if (sampler) {
      const random = new RandomSource(seed).child(`sample/${epoch}`);
      return sampler.batches(dataset, { epoch, batchSize: size, random });
    }
    const order = epochOrder(dataset.size, { ...options, seed }, epoch);
    return bounds.map(([start, end]) => order.subarray(start, end));
  };
  return {
    inputs: dataset.inputs,
    targets: dataset.targets,
    batchesPerEpoch,
    async *batches({ seed, epoch, index }) {
      const at = readContext(seed, epoch);
      let next = 0;
      const order: unknown = await sequence(seed, epoch);
      if (typeof (order as Partial<Iterable<unknown>> | null)?.[Symbol.iterator] !== 'function')
        throw new AdjointError(
          'PLUGIN_INVALID',
          `sampler: batches gives ${valueText(order)}; expected lists of example numbers.`,
        );
      for (const indices of order as Iterable<Int32Array>) {
        if (next++ < index) continue;
        checkExamples(indices, dataset.size);
        yield await readBatch(dataset, indices, at);
      }
    },
  };
}

/** Reads up to `ahead` batches before they are asked for, while the steps before them run. */
export function prefetch(source: BatchSource, ahead = 1): BatchSource {
  checkSource(source, 'prefetch');
  return {
    inputs: source.inputs,
    targets: source.targets,
    batchesPerEpoch: source.batchesPerEpoch,
    async *batches(from) {
      const reader = source.batches(from)[Symbol.asyncIterator]();
      const waiting: Promise<IteratorResult<Batch>>[] = [];
      try {
        for (;;) {
          while (waiting.length <= ahead) {
            const read = reader.next();
            // A failure is thrown when its batch is asked for, and not before.
            read.catch(() => undefined);
            waiting.push(read);
          }
          const { done, value } = await waiting.shift()!;
          if (done) return;
          yield value;
        }
      } finally {
        await reader.return?.();
      }
    },
  };
}

function noBatch({ size }: Dataset, { batchSize, dropLast }: Omit<BatchOptions, 'seed'>): AdjointError {
  return new AdjointError(
    'OPTIONS_INVALID',
    `loader: ${size} examples make no batch of ${batchSize}${dropLast ? ' with dropLast' : ''}; use a smaller batchSize or more data.`,
  );
}
