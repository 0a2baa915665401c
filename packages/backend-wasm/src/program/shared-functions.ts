import { winogradMatrices } from '@adjoint/core/backend';
import type { ModuleBuilder } from '../assembler/index.js';
import { defineMultiply } from '../contraction/multiply.js';
import { definePack } from '../contraction/pack-code.js';
import { defineBarrier } from '../team/barrier.js';
import { defineAddInto } from '../winograd/add-into.js';
import { defineCopyPlane } from '../winograd/copy-plane.js';
import {
  defineFilterTransform,
  defineOutputTransform,
  definePatchTransform,
  defineTapTransform,
} from '../winograd/transforms.js';
import { defineDirectOutputs, defineDirectTaps, defineMarkFilter, defineMarkUneven } from '../winograd/uneven.js';
import type { FunctionEntries } from './function-library.js';

/** Functions that programs call, whatever their shapes. */
export type SharedFunctions = FunctionEntries<ReturnType<typeof defineSharedFunctions>>;

/** Adds the shared functions; `control` is the address of the team's control words. */
export function defineSharedFunctions(module: ModuleBuilder, control: number, relaxed: boolean) {
  const [outputs, taps] = [winogradMatrices(4), winogradMatrices(3)];
  return {
    barrier: defineBarrier(module, control),
    pack: definePack(module),
    multiply: defineMultiply(module, relaxed),
    copyPlane: defineCopyPlane(module),
    addInto: defineAddInto(module),
    transformInput: definePatchTransform(module, 'transformInput', outputs.input, 6, relaxed),
    transformFilters: defineFilterTransform(module, 'transformFilters', outputs.kernel, relaxed),
    transformCotangent: definePatchTransform(module, 'transformCotangent', taps.kernel, 4, relaxed),
    transformOutputs: defineOutputTransform(module, 'transformOutputs', outputs.output, relaxed),
    markUneven: defineMarkUneven(module),
    markFilter: defineMarkFilter(module),
    directOutputs: defineDirectOutputs(module),
    directTaps: defineDirectTaps(module),
    transformTaps: defineTapTransform(module, 'transformTaps', taps.output, relaxed),
  };
}
