import type { LoopProgram } from '@adjoint/core';
import type { Callable, Code, FunctionBuilder, ParameterTypes } from '../assembler/index.js';
import type { Threads } from '../team/share.js';
import type { LibraryFunction } from './function-library.js';
import type { LoopFunction, Method } from './loop-function.js';
import type { SharedFunctions } from './shared-functions.js';

/** A loop program of a program: how it is computed, and the function that was generated for it. */
export interface Part<Parameters extends ParameterTypes = ParameterTypes> {
  readonly program: LoopProgram;
  /** Storage of each of the loop program's buffers. */
  readonly storages: readonly number[];
  /** Index of the program's kernel that it belongs to. */
  readonly kernel: number;
  readonly method: Method;
  readonly code: LoopFunction<Parameters>;
}

/** What the steps of a program are made with. */
export interface StepContext {
  readonly shared: SharedFunctions;
  /** How many threads the program runs on. */
  readonly threads: number;
  /** A function of the library as the program's module calls it. */
  callable<Parameters extends ParameterTypes>(entry: LibraryFunction<Parameters>): Callable<Parameters, 'void'>;
  /** Puts a table into memory and gives its address. */
  place(words: Int32Array): number;
}

/** What computes one part of a program. */
export interface Step {
  /** Whether all threads take part; otherwise the first one does it alone. */
  readonly isShared: boolean;
  /** Scratch memory that it needs, of all threads together. */
  readonly scratchBytes: number;
  write(f: FunctionBuilder, threads: Threads, memory: ProgramMemory): void;
}

/** Where the code of a program finds its memory. */
export interface ProgramMemory {
  /** The address of a storage. */
  storage(index: number): Code<'i32'>;
  readonly scratch: Code<'i32'>;
}
