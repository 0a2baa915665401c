import { AdjointError } from '../errors.js';
import { validateOptions } from '../registry/options/index.js';
import { batchBounds, epochOrder, type BatchOptions } from './batches.js';
import { checkDataset } from './check-batch.js';
import type { Batch, Dataset } from './dataset.js';
import { loaderOptions } from './option-schemas.js';

/** Which batch comes next; plain JSON. */
export interface LoaderPosition {
  readonly seed: number;
  readonly epoch: number;
  /** Batches already read in this epoch. */
  readonly index: number;
}

/**
 * Reads a dataset in mini-batches, epoch after epoch, without end. Its `position` can be saved: a loader with the same
 * dataset and options that is set to it goes on with the same batches.
 */
export class Loader {
  readonly dataset: Dataset;
  readonly batchesPerEpoch: number;
  readonly #options: BatchOptions;
  readonly #bounds: readonly (readonly [number, number])[];
  #seed: number;
  #epoch = 0;
  #index = 0;
  #order: Int32Array | undefined;

  /** @throws AdjointError `OPTIONS_INVALID` for a bad batch size, or where an epoch would have no batch */
  constructor(dataset: Dataset, options: BatchOptions) {
    checkDataset(dataset, 'loader');
    validateOptions(loaderOptions, options, 'loader');
    this.dataset = dataset;
    this.#options = options;
    this.#seed = options.seed ?? 0;
    this.#bounds = batchBounds(dataset.size, options);
    this.batchesPerEpoch = this.#bounds.length;
    if (this.batchesPerEpoch === 0) {
      throw new AdjointError(
        'OPTIONS_INVALID',
        `loader: ${dataset.size} examples make no batch of ${options.batchSize}${options.dropLast ? ' with dropLast' : ''}; use a smaller batchSize or more data.`,
      );
    }
  }

  get position(): LoaderPosition {
    return { seed: this.#seed, epoch: this.#epoch, index: this.#index };
  }

  /** @throws AdjointError `OPTIONS_INVALID` if this loader has no such batch */
  set position({ seed, epoch, index }: LoaderPosition) {
    const whole = [seed, epoch, index].every((value) => Number.isSafeInteger(value) && value >= 0);
    if (!whole || index >= this.batchesPerEpoch) {
      throw new AdjointError(
        'OPTIONS_INVALID',
        `loader: position ${JSON.stringify({ seed, epoch, index })} does not exist; an epoch has ${this.batchesPerEpoch} batches. Was it saved with other data or another batchSize?`,
      );
    }
    this.#seed = seed;
    this.#epoch = epoch;
    this.#index = index;
    this.#order = undefined;
  }

  /** The numbers of the examples in the next batch; moves on by one batch. */
  nextIndices(): Int32Array {
    this.#order ??= epochOrder(this.dataset.size, { ...this.#options, seed: this.#seed }, this.#epoch);
    const [start, end] = this.#bounds[this.#index]!;
    const indices = this.#order.subarray(start, end);
    if (++this.#index === this.batchesPerEpoch) {
      this.#index = 0;
      this.#epoch++;
      this.#order = undefined;
    }
    return indices;
  }

  /** The next batch; moves on by one batch. */
  async next(): Promise<Batch> {
    return this.dataset.batch(this.nextIndices());
  }
}
