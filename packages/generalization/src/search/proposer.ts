import type { RandomSource } from '@adjoint/core';
import type { Plain, Space } from './space.js';
import type { Trial } from './trial.js';

/** What a new configuration may depend on. */
export interface ProposerContext {
  readonly space: Space;
  /** Configurations before this one. */
  readonly index: number;
  /** Trials that have ended, also failed ones. Less cost is better. */
  readonly trials: readonly (Trial & { readonly cost: number })[];
  /** Belongs to the seed of the study and this configuration. */
  readonly random: RandomSource;
  /** Belongs to the seed of the study alone. */
  readonly common: RandomSource;
}

/**
 * Where the next configuration comes from: a function of what is known, so that a study goes on from its trials alone.
 * Undefined where there is none left.
 */
export type Proposer = (context: ProposerContext) => Readonly<Record<string, Plain>> | undefined;
