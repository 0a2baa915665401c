import type { Trainer } from './trainer.js';

/** Subscribes to a trainer's events. */
export interface Logger {
  /** Returns the undo. */
  attach(trainer: Trainer): (() => void) | void;
}
