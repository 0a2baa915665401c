import { loadsOf } from '@adjoint/core/primitives';
import { isRepeat, isWorthThreadsInRepeat, type Program, type Repeat } from '@adjoint/core/backend';
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

/** Steps that are run several times, over storages that move along. */
export interface PlacedRepeat extends Pick<
  PlacedStep,
  'kernel' | 'label' | 'needsBarrier' | 'isShared' | 'scratchBytes'
> {
  readonly count: number;
  /** By how many bytes storages move with each iteration. */
  readonly advances: ReadonlyMap<number, number>;
  readonly steps: readonly Placed[];
}

export type Placed = PlacedStep | PlacedRepeat;

/** Whether a loop program is large enough to be split among this many threads. */
export function wantsThreads({ program, method }: Loops, threads: number): boolean {
  if (threads === 1) return false;
  if (method.kind === 'winograd') return true;
  if (method.kind === 'loops') return isWorthThreads(program);
  return blockingOf(program, method.contraction, threads).split !== 'none';
}

/** The steps of a program. */
export function stepsOf(program: Program, parts: readonly Part[], context: StepContext): Placed[] {
  return placeAll(program, program.kernels, parts.values(), context).placed;
}

/** The steps of kernels, which take their parts in order, with what all of them read and write. */
function placeAll(
  program: Program,
  kernels: Program['kernels'],
  parts: Iterator<Part>,
  context: StepContext,
  outermost?: number,
): { readonly placed: Placed[]; readonly accesses: readonly Accesses[] } {
  const found = kernels.flatMap((kernel, i): readonly Found[] =>
    isRepeat(kernel)
      ? [placeRepeat(program, kernel, parts, context, outermost ?? i)]
      : kernel.loops.map(() => placeStep(parts.next().value as Part, context, outermost !== undefined)),
  );
  const accesses = found.map((each) => each.accesses);
  const needBarriers = barriersBefore(program, accesses);
  return { placed: found.map(({ step }, i) => ({ ...step, needsBarrier: needBarriers[i]! })), accesses };
}

function placeStep(part: Part, context: StepContext, isRepeated: boolean): Found {
  const { kernel, label } = part;
  const threads = isRepeated && !isWorthThreadsInRepeat(part.program) ? 1 : context.threads;
  const step = stepOf(part, { ...context, threads });
  return { step: { ...step, kernel, label }, accesses: accessesOf(part, step) };
}

function placeRepeat(
  program: Program,
  repeat: Repeat,
  parts: Iterator<Part>,
  context: StepContext,
  kernel: number,
): Found {
  const { count, label } = repeat;
  const { placed: steps, accesses } = placeAll(program, repeat.kernels, parts, context, kernel);
  const isShared = steps.some((step) => step.isShared);
  const scratchBytes = Math.max(0, ...steps.map((step) => step.scratchBytes));
  const advances = new Map(repeat.advances.map(({ storage, bytes }) => [storage, bytes]));
  return {
    step: { kernel, label, count, advances, steps, isShared, scratchBytes },
    // Parts that move along are of storages that the repeat itself names.
    accesses: {
      reads: [...accesses.flatMap(({ reads }) => reads), ...repeat.reads.map(({ storage }) => storage)],
      writes: [...accesses.flatMap(({ writes }) => writes), ...repeat.writes.map(({ storage }) => storage)],
      isShared,
    },
  };
}

/** A step before it is known whether it needs a barrier. */
interface Found {
  readonly step: Omit<PlacedStep, 'needsBarrier'> | Omit<PlacedRepeat, 'needsBarrier'>;
  readonly accesses: Accesses;
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
