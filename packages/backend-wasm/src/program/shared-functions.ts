import { winogradMatrices } from '@adjoint/core';
import type { ModuleBuilder } from '../assembler/index.js';
import { defineMultiply } from '../contraction/multiply.js';
import { definePack } from '../contraction/pack-code.js';
import type { FunctionLibrary, LibraryFunctions } from './function-library.js';
import { defineBarrier } from '../team/barrier.js';
import { defineAddInto } from '../winograd/add-into.js';
import { defineCopyPlane } from '../winograd/copy-plane.js';
import {
  defineFilterTransform,
  defineOutputTransform,
  definePatchTransform,
  defineTapTransform,
} from '../winograd/transforms.js';

/** Functions that programs call, whatever their shapes. */
export type SharedFunctions = LibraryFunctions<ReturnType<typeof define>>;

/** Compiles the shared functions; `control` is the address of the team's control words. */
export function compileSharedFunctions(
  library: FunctionLibrary,
  builder: ModuleBuilder,
  control: number,
  relaxed: boolean,
): Promise<SharedFunctions> {
  return library.add(builder, define(builder, control, relaxed));
}

function define(builder: ModuleBuilder, control: number, relaxed: boolean) {
  const [outputs, taps] = [winogradMatrices(4), winogradMatrices(3)];
  return {
    barrier: defineBarrier(builder, control),
    pack: definePack(builder),
    multiply: defineMultiply(builder, relaxed),
    copyPlane: defineCopyPlane(builder),
    addInto: defineAddInto(builder),
    transformInput: definePatchTransform(builder, 'transformInput', outputs.input, 6, relaxed),
    transformFilters: defineFilterTransform(builder, 'transformFilters', outputs.kernel, relaxed),
    transformCotangent: definePatchTransform(builder, 'transformCotangent', taps.kernel, 4, relaxed),
    transformOutputs: defineOutputTransform(builder, 'transformOutputs', outputs.output, relaxed),
    transformTaps: defineTapTransform(builder, 'transformTaps', taps.output, relaxed),
  };
}
