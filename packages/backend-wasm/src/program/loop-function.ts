import {
  expandCalls,
  kernelsWithin,
  methodOf,
  onceEach,
  programKey,
  type Method,
  type Program,
} from '@adjoint/core/backend';
import type { LoopProgram } from '@adjoint/core/primitives';
import type { Callable, ModuleBuilder, ParameterTypes } from '../assembler/index.js';
import { defineStoreTiles } from '../contraction/store-tiles.js';
import { hasFunction, MathLibrary } from '../math/math-library.js';
import { defineLoops } from '../render/loop-writer.js';
import type { CallMath } from '../render/values.js';
import { defineStoreRows, defineStoreTaps } from '../winograd/store-outputs.js';
import type { FunctionEntry } from './function-library.js';

/** A loop program in its place in a program. */
export interface Loops {
  readonly program: LoopProgram;
  /** Storage of each of the loop program's buffers. */
  readonly storages: readonly number[];
  /** Index of the program's kernel that it belongs to, and the kernel's label. */
  readonly kernel: number;
  readonly label: string;
  readonly method: Method;
  /** Equal for loops with the same code. */
  readonly key: string;
}

/**
 * The function that is generated for a loop program: all of it, or its epilogue, where shared functions do the rest.
 * It is named after the first kernel that needs it, and serves all with the same code.
 */
export interface LoopFunction<Parameters extends ParameterTypes = ParameterTypes> extends FunctionEntry<Parameters> {
  /** Whether it calls functions of the host, which only the first thread has. */
  readonly callsHost: boolean;
}

export function loopsOf({ kernels }: Program): Loops[] {
  return kernels.flatMap((whole, kernel) =>
    kernelsWithin(whole).flatMap(({ loops, label }) =>
      loops.map(({ program, storages }) => ({ ...codeOf(program), storages, kernel, label })),
    ),
  );
}

/** All that its function depends on. */
const codeOf = onceEach((given: LoopProgram): Pick<Loops, 'program' | 'method' | 'key'> => {
  const program = expandCalls(given, hasFunction);
  const method = methodOf(program);
  return { program, method, key: (method.kind === 'loops' ? '' : JSON.stringify(method)) + programKey(program) };
});

/** Adds the functions of several loop programs, and the math functions that they call. */
export function defineLoopFunctions(
  module: ModuleBuilder,
  loops: readonly Loops[],
): { readonly callable: Callable; readonly callsHost: boolean }[] {
  const math = new MathLibrary(module);
  return loops.map((each) => {
    const before = math.hostCalls;
    const callable = defineLoopFunction(module, each, math.call);
    return { callable, callsHost: math.hostCalls > before };
  });
}

function defineLoopFunction(module: ModuleBuilder, { program, method, label }: Loops, math: CallMath): Callable {
  switch (method.kind) {
    case 'loops':
      return defineLoops(module, `loops of ${label}`, program, math);
    case 'contraction':
      return defineStoreTiles(module, `epilogue of ${label}`, program, method.contraction, math);
    case 'winograd': {
      const define = method.convolution.of === 'output' ? defineStoreRows : defineStoreTaps;
      return define(module, `epilogue of ${label}`, program, method.convolution, math);
    }
  }
}
