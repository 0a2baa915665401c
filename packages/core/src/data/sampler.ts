import type { RandomSource } from '../random/random-source.js';
import { definer } from '../registry/definition.js';
import { membersOf } from '../registry/instance-check.js';
import type { Dataset } from './dataset.js';

/** Which examples the batches of an epoch hold. */
export interface Sampler {
  /** A function of what it is given alone, so that a resumed run reads the same batches. `random` belongs to the epoch. */
  batches(
    data: Dataset,
    at: { readonly epoch: number; readonly batchSize: number; readonly random: RandomSource },
  ): Iterable<Int32Array> | Promise<Iterable<Int32Array>>;
  /** How many batches an epoch has, where that is known beforehand. */
  batchesPerEpoch?(data: Dataset, batchSize: number): number;
}

/** What an example of a sampler gives beside options. */
export interface SamplerExample {
  /** Number of examples of the data that it is tried on; 24 if not given. */
  readonly size?: number;
}

/** Names of the kind `sampler` with their options; the package that defines a name adds it by declaration merging. */
export interface Samplers {}

declare module '../registry/kinds.js' {
  interface Kinds {
    sampler: { catalogue: Samplers; instance: Sampler; example: SamplerExample };
  }
}

export const defineSampler = definer(
  'sampler',
  membersOf<Sampler>({ batches: 'method', batchesPerEpoch: 'optional method' }),
);
