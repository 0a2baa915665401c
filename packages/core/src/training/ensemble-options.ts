import type { Choice } from '../registry/kinds.js';
import type { JobProgress } from './runner.js';
import type { FitOptions, TrainerOptions } from './trainer-options.js';

export interface EnsembleOptions {
  readonly strategy: Choice<'ensemble'>;
  readonly trainer: TrainerOptions;
  /** Members get seed, seed + 1, …; 0 if not given. */
  readonly seed?: number;
  /** What trains the members; one after the other in this app if not given. */
  readonly runner?: Choice<'runner'>;
}

/** What a member tells while it is trained, wherever that is; `job` is its number, as `index` of `ensemble:member`. */
export type MemberProgress = JobProgress;

export interface EnsembleFitOptions extends FitOptions {
  /**
   * Is told what the members do, of all that are trained at the same time, by any runner. Those that an earlier call has
   * finished say nothing again. What it throws ends the member.
   */
  readonly onProgress?: (progress: MemberProgress) => void;
}
