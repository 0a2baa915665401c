import { loadsOf } from '@adjoint/core/primitives';
import type { Program } from '@adjoint/core/backend';
import { blockingOf } from '../contraction/blocking.js';
import type { StoreTilesParameters } from '../contraction/store-tiles.js';
import type { LoopParameters } from '../render/loop-writer.js';
import type { StoreRowsParameters, StoreTapsParameters } from '../winograd/store-outputs.js';
import { contractionStep } from './contraction-step.js';
import { barriersBefore, scratchStorage, type Accesses } from './hazards.js';
import type { Loops } from './loop-function.js';
import { isWorthThreads, loopStep } from './loop-step.js';
import type { Part, Step, StepContext } from './step.js';
import { outputStep, weightGradientStep } from './winograd-step.js';

/** A step in its place in a program. */
export interface PlacedStep extends Step {
  /** Index of the program's kernel that it belongs to, and the kernel's label. */
  readonly kernel: number;
  readonly label: string;
  /** Whether threads must have met since what it depends on was done. */
  readonly needsBarrier: boolean;
}

/** Whether a loop program is large enough to be split among this many threads. */
export function wantsThreads({ program, method }: Loops, threads: number): boolean {
  if (threads === 1) return false;
  if (method.kind === 'winograd') return true;
  if (method.kind === 'loops') return isWorthThreads(program);
  return blockingOf(program, method.contraction, threads).split !== 'none';
}

/** The steps of a program. */
export function stepsOf(program: Program, parts: readonly Part[], context: StepContext): PlacedStep[] {
  const steps = parts.map((part) => stepOf(part, context));
  const needBarriers = barriersBefore(
    program,
    parts.map((part, i) => accessesOf(part, steps[i]!)),
  );
  return steps.map((step, i) => {
    const { kernel, label } = parts[i]!;
    return { ...step, kernel, label, needsBarrier: needBarriers[i]! };
  });
}

/** The function of a part was defined for its method, and so takes the parameters that the method's step gives it. */
function stepOf(part: Part, context: StepContext): Step {
  const { method } = part;
  switch (method.kind) {
    case 'loops':
      return loopStep(part as Part<LoopParameters>, context);
    case 'contraction':
      return contractionStep(part as Part<StoreTilesParameters>, method.contraction, context);
    case 'winograd':
      return method.convolution.of === 'output'
        ? outputStep(part as Part<StoreRowsParameters>, method.convolution, context)
        : weightGradientStep(part as Part<StoreTapsParameters>, method.convolution, context);
  }
}

function accessesOf({ program, storages }: Part, { isShared, scratchBytes }: Step): Accesses {
  const writes = program.stores.map(({ buffer }) => storages[buffer]!);
  return {
    reads: loadsOf(program).map(({ buffer }) => storages[buffer]!),
    writes: scratchBytes > 0 ? [...writes, scratchStorage] : writes,
    isShared,
  };
}
