import type { WinogradConvolution } from '@adjoint/core/backend';
import { outputLayoutOf, weightGradientLayoutOf, type Layout } from '../winograd/layout.js';
import { OutputWriter } from '../winograd/output-writer.js';
import type { StoreRowsParameters, StoreTapsParameters } from '../winograd/store-outputs.js';
import { WeightGradientWriter } from '../winograd/weight-gradient-writer.js';
import type { Part, Step, StepContext } from './step.js';

/** Transforms, multiplies and transforms back; the part's function is the epilogue. */
export function outputStep(
  { program, code }: Part<StoreRowsParameters>,
  convolution: WinogradConvolution,
  context: StepContext,
): Step {
  const layout = outputLayoutOf(program, convolution);
  const { shared, callable } = context;
  return {
    ...sharing(layout, code.callsHost ? 1 : context.threads),
    write: (f, team, memory) => {
      const functions = {
        ...commonFunctions(context),
        transformFilters: callable(shared.transformFilters),
        transformOutputs: callable(shared.transformOutputs),
        storeRows: callable(code),
        markFilter: callable(shared.markFilter),
        directOutputs: callable(shared.directOutputs),
      };
      new OutputWriter(f, { program, convolution, layout }, functions, memory, team).write();
    },
  };
}

/** The same for the gradient of the weight. */
export function weightGradientStep(
  { program, code }: Part<StoreTapsParameters>,
  convolution: WinogradConvolution,
  context: StepContext,
): Step {
  const layout = weightGradientLayoutOf(program, convolution);
  const { shared, callable } = context;
  return {
    ...sharing(layout, code.callsHost ? 1 : context.threads),
    write: (f, team, memory) => {
      const functions = {
        ...commonFunctions(context),
        addInto: callable(shared.addInto),
        transformCotangent: callable(shared.transformCotangent),
        transformTaps: callable(shared.transformTaps),
        storeTaps: callable(code),
        directTaps: callable(shared.directTaps),
      };
      new WeightGradientWriter(f, { program, convolution, layout }, functions, memory, team).write();
    },
  };
}

function sharing({ sharedBytes, ownBytes }: Layout, threads: number) {
  return { isShared: threads > 1, scratchBytes: sharedBytes + threads * ownBytes };
}

function commonFunctions({ shared, callable }: StepContext) {
  return {
    multiply: callable(shared.multiply),
    copyPlane: callable(shared.copyPlane),
    transformInput: callable(shared.transformInput),
    markUneven: callable(shared.markUneven),
  };
}
