import type { Trainer } from './trainer.js';
import { definer } from '../registry/definition.js';

/** Subscribes to a trainer's events. */
export interface Logger {
  /** Returns the undo. */
  attach(trainer: Trainer): (() => void) | void;
}

/** Names of the kind `logger` with their options; the package that defines a name adds it by declaration merging. */
export interface Loggers {}

declare module '../registry/kinds.js' {
  interface Kinds {
    logger: { catalogue: Loggers; instance: Logger };
  }
}

export const defineLogger = definer('logger');
