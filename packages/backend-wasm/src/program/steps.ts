import { loadsOf, type LoopProgram, type Program } from '@adjoint/core';
import type { Callable, ParameterTypes } from '../assembler/index.js';
import { blockingOf } from '../contraction/blocking.js';
import { guardsOf, scratchBytes, writeContraction } from '../contraction/contraction-writer.js';
import { TILE } from '../contraction/multiply.js';
import type { StoreTilesParameters } from '../contraction/store-tiles.js';
import { packingDescriptor } from '../contraction/pack-layout.js';
import type { LibraryFunction } from './function-library.js';
import type { LoopParameters } from '../render/loop-writer.js';
import { layoutOf } from '../winograd/layout.js';
import { OutputWriter } from '../winograd/output-writer.js';
import type { StoreRowsParameters, StoreTapsParameters } from '../winograd/store-outputs.js';
import { WeightGradientWriter } from '../winograd/weight-gradient-writer.js';
import type { Step } from './define-program.js';
import { meetings, scratch, type Accesses } from './hazards.js';
import type { LoopFunction, Method } from './loop-function.js';
import { isShared, writeLoop } from './loop-step.js';
import type { SharedFunctions } from './shared-functions.js';

/** A loop program with its code, and the kernel of the program that it belongs to. */
export interface Part {
  readonly program: LoopProgram;
  readonly storages: readonly number[];
  readonly kernel: number;
  readonly method: Method;
  readonly code: LoopFunction;
}

export interface StepContext {
  readonly shared: SharedFunctions;
  readonly threads: number;
  /** A function of the library as the program's module calls it. */
  callable<Parameters extends ParameterTypes>(entry: LibraryFunction<Parameters>): Callable<Parameters, 'void'>;
  /** Puts a table into memory and gives its address. */
  place(words: Int32Array): number;
}

/** Whether a loop program is large enough to be shared out among so many threads. */
export function wantsThreads({ program, method }: Pick<Part, 'program' | 'method'>, threads: number): boolean {
  if (threads === 1) return false;
  if (method.kind === 'winograd') return true;
  if (method.kind === 'loop') return isShared(program);
  return blockingOf(program, method.contraction, threads).split !== 'none';
}

type StepDraft = Omit<Step, 'meetsBefore'> & { readonly scratchBytes: number };

/** The steps of a program, and the scratch memory that they need, in bytes. */
export function stepsOf(
  program: Program,
  parts: readonly Part[],
  context: StepContext,
): { readonly steps: readonly Step[]; readonly scratchBytes: number } {
  const drafts = parts.map((part) => draft(part, context));
  const accesses = parts.map(({ program, storages }, i): Accesses => {
    const { isShared, scratchBytes } = drafts[i]!;
    const writes = program.stores.map(({ buffer }) => storages[buffer]!);
    return {
      reads: loadsOf(program).map(({ buffer }) => storages[buffer]!),
      writes: scratchBytes > 0 ? [...writes, scratch] : writes,
      isShared,
    };
  });
  const meets = meetings(program, accesses);
  return {
    steps: drafts.map((step, i) => ({ ...step, meetsBefore: meets[i]! })),
    scratchBytes: Math.max(0, ...drafts.map((step) => step.scratchBytes)),
  };
}

function draft({ program, storages, kernel, method, code }: Part, context: StepContext): StepDraft {
  const { shared, callable, place } = context;
  const threads = code.callsHost ? 1 : context.threads;
  switch (method.kind) {
    case 'loop': {
      const sharing = threads > 1 && isShared(program);
      return {
        kernel,
        isShared: sharing,
        scratchBytes: 0,
        write: (f, team, memory) =>
          writeLoop(
            f,
            callable(code as LoopFunction<LoopParameters>),
            program,
            storages,
            sharing ? team : undefined,
            memory,
          ),
      };
    }
    case 'contraction': {
      const { contraction } = method;
      const blocking = blockingOf(program, contraction, threads);
      const descriptor = (side: 'left' | 'right', axes: readonly number[], lanes: number): number =>
        place(packingDescriptor(program, contraction[side], axes, lanes, blocking.walk));
      const left = descriptor('left', contraction.rows, TILE.rows);
      const right = descriptor('right', contraction.columns, TILE.columns);
      const sharing = blocking.split !== 'none';
      return {
        kernel,
        isShared: sharing,
        scratchBytes: scratchBytes(blocking, guardsOf(contraction), sharing ? threads : 1),
        write: (f, team, { storage, scratch }, barrier) =>
          writeContraction(
            f,
            program,
            contraction,
            blocking,
            {
              pack: callable(shared.pack),
              multiply: callable(shared.multiply),
              storeTiles: callable(code as LoopFunction<StoreTilesParameters>),
            },
            { left, right, scratch, buffers: storages.map(storage) },
            team,
            barrier,
          ),
      };
    }
    case 'winograd': {
      const { convolution } = method;
      const layout = layoutOf(program, convolution);
      return {
        kernel,
        isShared: threads > 1,
        scratchBytes: layout.shared + threads * layout.ownBytes,
        write: (f, team, { storage, scratch }, barrier) => {
          const common = {
            multiply: callable(shared.multiply),
            copyPlane: callable(shared.copyPlane),
            transformInput: callable(shared.transformInput),
          };
          const memory = { scratch, buffers: storages.map(storage) };
          if (convolution.of === 'output') {
            const functions = {
              ...common,
              transformFilters: callable(shared.transformFilters),
              transformOutputs: callable(shared.transformOutputs),
              storeRows: callable(code as LoopFunction<StoreRowsParameters>),
            };
            new OutputWriter(f, program, convolution, layout, functions, memory, team, barrier).write();
          } else {
            const functions = {
              ...common,
              addInto: callable(shared.addInto),
              transformCotangent: callable(shared.transformCotangent),
              transformTaps: callable(shared.transformTaps),
              storeTaps: callable(code as LoopFunction<StoreTapsParameters>),
            };
            new WeightGradientWriter(f, program, convolution, layout, functions, memory, team, barrier).write();
          }
        },
      };
    }
  }
}
