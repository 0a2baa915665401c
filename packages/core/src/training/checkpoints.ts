import { serviceToken } from '../registry/services.js';
import type { Trainer } from './trainer.js';
import type { TrainerState } from './trainer-state.js';

/** Where and when a run is saved while it goes on; plain JSON. */
export interface CheckpointPlan {
  /** Holds the newest checkpoint at any time; folders are made. */
  readonly path: string;
  /** After each epoch (the default), so many updates, or so many seconds; besides, at the end of the run. */
  readonly every?: 'epoch' | number | { readonly seconds: number };
  /** So many of the latest stay, the newest included, as `run.step-120.safetensors` beside `run.safetensors`; none if not given. */
  readonly keep?: number;
  /**
   * The best epoch by this figure stays as `run.best.safetensors`: `validation/loss`, or with the figure whether more is
   * better.
   */
  readonly best?: string | { readonly figure: string; readonly goal: 'min' | 'max' };
  /** Whether a trainer that has not begun goes on from what `path` holds, if it is there; false if not given. */
  readonly resume?: boolean;
}

/** Keeps the checkpoints of a run. */
export interface Checkpoints {
  /** Saves the end of the run, and waits until all is written. Rejects if that cannot be done. */
  end(): Promise<void>;
}

/** Tries the place, and says what is there to go on from, if the plan wants it; `follow` begins to save a run. */
export type Checkpointer = (
  plan: CheckpointPlan,
) => Promise<{ readonly found: TrainerState | undefined; follow(trainer: Trainer): Checkpoints }>;

/** What keeps checkpoints for `fit`: files, where the plugin of @adjoint/io/node is in use. */
export const CHECKPOINTER = serviceToken<Checkpointer>('checkpointer');
