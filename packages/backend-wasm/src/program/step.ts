import type { Callable, Code, FunctionBuilder, ParameterTypes } from '../assembler/index.js';
import type { Threads } from '../team/share.js';
import type { FunctionEntry } from './function-library.js';
import type { LoopFunction, Loops } from './loop-function.js';
import type { SharedFunctions } from './shared-functions.js';

/** A loop program with the function that was generated for it. */
export interface Part<Parameters extends ParameterTypes = ParameterTypes> extends Loops {
  readonly code: LoopFunction<Parameters>;
}

/** What the steps of a program are made with. */
export interface StepContext {
  readonly shared: SharedFunctions;
  /** How many threads the program runs on. */
  readonly threads: number;
  /** A function of another module, for the program's module to call. */
  callable<Parameters extends ParameterTypes>(entry: FunctionEntry<Parameters>): Callable<Parameters, 'void'>;
  /** Puts a table into memory and gives its address. */
  place(words: Int32Array): number;
}

/** What computes one part of a program. */
export interface Step {
  /** Whether all threads take part; otherwise the first one does it alone. */
  readonly isShared: boolean;
  /** Scratch memory that it needs, of all threads together. */
  readonly scratchBytes: number;
  write(f: FunctionBuilder, threads: Threads, memory: StepMemory): void;
}

/** Where the code of a step finds its memory. */
export interface StepMemory {
  /** The address of each of the loop program's buffers. */
  readonly buffers: readonly Code<'i32'>[];
  readonly scratch: Code<'i32'>;
}
