import {
  contractionOf,
  programKey,
  winogradOf,
  type Contraction,
  type LoopProgram,
  type WinogradConvolution,
} from '@adjoint/core';
import type { Callable, ModuleBuilder, ParameterTypes } from '../assembler/index.js';
import { defineStoreTiles } from '../contraction/store-tiles.js';
import type { LibraryFunction } from './function-library.js';
import type { CallMath } from '../render/values.js';
import { defineLoops } from '../render/loop-writer.js';
import { defineStoreRows, defineStoreTaps } from '../winograd/store-outputs.js';

/** How a loop program is computed. */
export type Method =
  | { readonly kind: 'loop' }
  | { readonly kind: 'contraction'; readonly contraction: Contraction }
  | { readonly kind: 'winograd'; readonly convolution: WinogradConvolution };

/** The function that is generated for a loop program: all of it, or its epilogue, which stores what shared functions sum up. */
export interface LoopFunction<Parameters extends ParameterTypes = ParameterTypes> extends LibraryFunction<Parameters> {
  /** Whether it calls functions of the host, which only the first thread has. */
  readonly callsHost: boolean;
}

export function methodOf(program: LoopProgram): Method {
  const contraction = contractionOf(program);
  if (!contraction) return { kind: 'loop' };
  const convolution = winogradOf(program, contraction);
  return convolution ? { kind: 'winograd', convolution } : { kind: 'contraction', contraction };
}

/** The same for programs with the same code. */
export function loopFunctionKey(program: LoopProgram, method: Method): string {
  return (method.kind === 'loop' ? '' : JSON.stringify(method)) + programKey(program);
}

export function defineLoopFunction(
  module: ModuleBuilder,
  name: string,
  program: LoopProgram,
  method: Method,
  math: CallMath,
): Callable {
  switch (method.kind) {
    case 'loop':
      return defineLoops(module, name, program, math);
    case 'contraction':
      return defineStoreTiles(module, name, program, method.contraction, math);
    case 'winograd': {
      const define = method.convolution.of === 'output' ? defineStoreRows : defineStoreTaps;
      return define(module, name, program, method.convolution, math);
    }
  }
}
