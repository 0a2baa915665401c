import type { Dataset } from '../data/dataset.js';
import type { Tensor } from '../graph/tensor.js';
import type { RandomSource } from '../random/random-source.js';
import { definer } from '../registry/definition.js';

/** How members come about, and how their outputs become one. */
export interface EnsembleStrategy {
  readonly members: number;
  /** What a member is trained on; the whole set if not given. `random` belongs to the member. */
  data?(train: Dataset, member: number, random: RandomSource): Dataset;
  /** Outputs of all members, in order → one output that loss and metrics take like a member's. Builds graph. */
  combine(outputs: readonly Tensor[]): Tensor;
}

/** Names of the kind `ensemble` with their options; the package that defines a name adds it by declaration merging. */
export interface Ensembles {}

declare module '../registry/kinds.js' {
  interface Kinds {
    ensemble: { catalogue: Ensembles; instance: EnsembleStrategy };
  }
}

export const defineEnsemble = definer('ensemble');
