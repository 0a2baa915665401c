import { loadsOf, type LoopProgram } from '@adjoint/core/primitives';
import { isRepeat, isWorthThreadsInRepeat, onceEach, type Program, type Repeat } from '@adjoint/core/backend';
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
export interface PlacedStep {
  /** Parts with the same code have the same one. */
  readonly step: Step;
  /** Storages of its buffers. */
  readonly storages: readonly number[];
  /** Index of the program's kernel that it belongs to, and the kernel's label. */
  readonly kernel: number;
  readonly label: string;
  readonly isShared: boolean;
  readonly scratchBytes: number;
  /** Whether threads must have met since what it depends on was done. */
  readonly needsBarrier: boolean;
}

/** Steps that are run several times, over storages that move along. */
export interface PlacedRepeat extends Omit<PlacedStep, 'step' | 'storages'> {
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
  return new Placement(program, parts, context).place(program.kernels).placed;
}

/** A step before it is known whether it needs a barrier. */
interface Found {
  readonly step: Omit<PlacedStep, 'needsBarrier'> | Omit<PlacedRepeat, 'needsBarrier'>;
  readonly accesses: Accesses;
}

/** Kernels take their parts in order. */
class Placement {
  readonly #parts: Iterator<Part>;
  readonly #steps = new Map<string, Step>();

  constructor(
    readonly program: Program,
    parts: readonly Part[],
    readonly context: StepContext,
  ) {
    this.#parts = parts.values();
  }

  /** The steps of kernels, with what all of them read and write. `outermost` is the repeat around them. */
  place(
    kernels: Program['kernels'],
    outermost?: number,
  ): { readonly placed: Placed[]; readonly accesses: readonly Accesses[] } {
    const found = kernels.flatMap((kernel, i): readonly Found[] =>
      isRepeat(kernel)
        ? [this.#placeRepeat(kernel, outermost ?? i)]
        : kernel.loops.map(() => this.#placePart(this.#parts.next().value as Part, outermost !== undefined)),
    );
    const accesses = found.map((each) => each.accesses);
    const needBarriers = barriersBefore(this.program, accesses);
    return { placed: found.map(({ step }, i) => ({ ...step, needsBarrier: needBarriers[i]! })), accesses };
  }

  #placePart(part: Part, isRepeated: boolean): Found {
    const { kernel, label, storages } = part;
    const threads = isRepeated && !isWorthThreadsInRepeat(part.program) ? 1 : this.context.threads;
    const step = this.#stepOf(part, threads);
    const { isShared, scratchBytes } = step;
    return {
      step: { step, storages, kernel, label, isShared, scratchBytes },
      accesses: accessesOf(part, step),
    };
  }

  #placeRepeat(repeat: Repeat, kernel: number): Found {
    const { count, label } = repeat;
    const { placed: steps, accesses } = this.place(repeat.kernels, kernel);
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

  /** Parts whose functions and whose outermost extents, which those leave open, are the same are one step. */
  #stepOf(part: Part, threads: number): Step {
    const { extents, reduction } = part.program;
    const key = `${part.code.name} ${extents[0]} ${reduction?.extents[0]} ${threads}`;
    const known = this.#steps.get(key);
    if (known) return known;
    const step = stepOf(part, { ...this.context, threads });
    this.#steps.set(key, step);
    return step;
  }
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
  const storageOf = (buffer: number): number => storages[buffer]!;
  const writes = program.stores.map(({ buffer }) => storageOf(buffer));
  return {
    reads: buffersRead(program).map(storageOf),
    writes: scratchBytes > 0 ? [...writes, scratchStorage] : writes,
    isShared,
  };
}

const buffersRead = onceEach((program: LoopProgram) => [...new Set(loadsOf(program).map(({ buffer }) => buffer))]);
