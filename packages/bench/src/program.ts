import type { HostArray } from './initial-arrays.js';
import type { ConvolutionSettings } from './works.js';

/** What a runner makes of a task: built once, run many times. */
export interface Program {
  /** Floating-point operations of a run, where the work leaves them to the program. */
  readonly flops?: number;
  /** One run, until its results are there. A training step changes the parameters. */
  run(): Promise<void> | void;
  /** One number that all results of the last run are part of (a loss, a mean of squares), to compare programs by. */
  check(): Promise<number> | number;
}

/** Builds the program of one task from its initial arrays. */
export type Builder = (
  arrays: Readonly<Record<string, HostArray>>,
  settings?: ConvolutionSettings,
) => Promise<Program> | Program;
