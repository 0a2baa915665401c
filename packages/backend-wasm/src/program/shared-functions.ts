import { winogradMatrices } from '@adjoint/core';
import type { Callable, ModuleBuilder } from '../assembler/index.js';
import { defineMultiply } from '../contraction/multiply.js';
import { definePack } from '../contraction/pack-code.js';
import type { FunctionLibrary, LibraryFunction } from './function-library.js';
import { defineBarrier } from '../team/barrier.js';
import { defineAddInto } from '../winograd/add-into.js';
import { defineCopyPlane } from '../winograd/copy-plane.js';
import {
  defineKernelTransform,
  defineOutputTransform,
  definePatchTransform,
  defineTapTransform,
} from '../winograd/transforms.js';

/** Functions that programs call, whatever their shapes. */
export type SharedFunctions = Readonly<Record<keyof ReturnType<typeof define>, LibraryFunction>>;

/** Compiles the shared functions; `control` is the address of the team's control words. */
export async function compileSharedFunctions(
  library: FunctionLibrary,
  builder: ModuleBuilder,
  control: number,
  relaxed: boolean,
): Promise<SharedFunctions> {
  const defined = define(builder, control, relaxed);
  const callables = Object.values<Callable>(defined);
  callables.forEach((callable) => builder.export(callable));
  const entries = await library.add(builder, callables);
  return Object.fromEntries(Object.keys(defined).map((name, i) => [name, entries[i]!])) as SharedFunctions;
}

function define(builder: ModuleBuilder, control: number, relaxed: boolean) {
  const [outputs, kernels] = [winogradMatrices(4), winogradMatrices(3)];
  return {
    barrier: defineBarrier(builder, control) as Callable,
    pack: definePack(builder),
    multiply: defineMultiply(builder, relaxed),
    copyPlane: defineCopyPlane(builder),
    addInto: defineAddInto(builder),
    transformInput: definePatchTransform(builder, 'transformInput', outputs.input, 6, relaxed),
    transformTaps: defineKernelTransform(builder, 'transformTaps', outputs.kernel, relaxed),
    transformCotangent: definePatchTransform(builder, 'transformCotangent', kernels.kernel, 4, relaxed),
    outputsBack: defineOutputTransform(builder, 'outputsBack', outputs.output, relaxed),
    tapsBack: defineTapTransform(builder, 'tapsBack', kernels.output, relaxed),
  };
}
