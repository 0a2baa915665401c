import type { TrainerState } from '@adjoint/core';
import type { Space } from './space.js';
import type { Study } from './study.js';
import type { Trial } from './trial.js';

/** Where the runs of the present rung, and of the one before, stand. */
export class PausedRuns {
  readonly #kept = new Map<number, { readonly trial: Trial; readonly state: TrainerState }>();

  keep(trial: Trial, state: TrainerState): void {
    this.#kept.set(trial.number, { trial, state });
  }

  /** Where the run of a trial can go on; undefined on the first rung, and where that was lost with the program. */
  stateFor<S extends Space>(study: Study<S>, trial: Trial): TrainerState | undefined {
    const { bracket, rung = 0 } = trial;
    for (const [number, { trial: kept }] of this.#kept)
      if (kept.bracket !== bracket || (kept.rung ?? 0) < rung - 1) this.#kept.delete(number);
    const before = study.ladderOf(trial)?.before;
    return before && this.#kept.get(before.number)?.state;
  }
}
