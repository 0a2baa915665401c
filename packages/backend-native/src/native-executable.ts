import { distinctExpressions, expressionsOf, type LoopProgram } from '@adjoint/core/primitives';
import type { DeviceBuffer, Executable, Program } from '@adjoint/core/backend';
import type { NativeFunction } from './function-cache.js';
import { NativeBuffer } from './native-buffer.js';
import type { ScratchMemory } from './scratch-memory.js';

/** One loop program with its code. */
export interface Step {
  /** Number of the kernel that it belongs to. */
  readonly kernel: number;
  readonly code: NativeFunction;
  readonly program: LoopProgram;
  /** Storage of each of its buffers. */
  readonly storages: readonly number[];
  readonly scratchBytes: number;
  readonly threads: number;
}

/** Fewer operations than this are done by one thread. */
const leastShared = 1 << 15;

/** How many of the threads work on a program: one if it is small. */
export function threadsFor(program: LoopProgram, threads: number): number {
  return operationsOf(program) < leastShared ? 1 : threads;
}

/** A program that is ready to run: calls of compiled functions, each with a table of its buffers' addresses. */
export class NativeExecutable implements Executable {
  readonly #calls: readonly { readonly step: Step; readonly end: number; readonly reductionExtent: number }[];
  readonly #scratchBytes: number;
  /** Addresses of all steps' buffers, one step after the other, and where each step's begin. */
  readonly #addresses: BigUint64Array;
  readonly #tables: readonly bigint[];

  constructor(
    readonly program: Program,
    readonly steps: readonly Step[],
    readonly scratch: ScratchMemory,
  ) {
    this.#calls = steps.map((step) => ({
      step,
      end: step.program.extents[0] ?? 1,
      reductionExtent: step.program.reduction?.extents[0] ?? 1,
    }));
    this.#scratchBytes = Math.max(0, ...steps.map(({ scratchBytes }) => scratchBytes));
    const count = steps.reduce((sum, { storages }) => sum + storages.length, 0);
    const { memory, offset, address } = new NativeBuffer(count * BigUint64Array.BYTES_PER_ELEMENT);
    this.#addresses = new BigUint64Array(memory, offset, count);
    let next = address;
    this.#tables = steps.map(({ storages }) => {
      const table = next;
      next += BigInt(storages.length * BigUint64Array.BYTES_PER_ELEMENT);
      return table;
    });
  }

  run(arena: DeviceBuffer, bound: readonly DeviceBuffer[]): void {
    const call = this.#prepare(arena, bound);
    for (let i = 0; i < this.#calls.length; i++) call(i);
  }

  profile(arena: DeviceBuffer, bound: readonly DeviceBuffer[]): number[] {
    const call = this.#prepare(arena, bound);
    const milliseconds = this.program.kernels.map(() => 0);
    this.steps.forEach(({ kernel }, i) => {
      const start = performance.now();
      call(i);
      milliseconds[kernel]! += performance.now() - start;
    });
    return milliseconds;
  }

  release(): void {}

  /** Writes the tables of addresses; what it returns calls a step. */
  #prepare(arena: DeviceBuffer, bound: readonly DeviceBuffer[]): (step: number) => void {
    const addresses = this.program.storages.map(({ place }) =>
      place.kind === 'arena'
        ? (arena as NativeBuffer).address + BigInt(place.offset)
        : (bound[place.index] as NativeBuffer).address,
    );
    let position = 0;
    for (const { storages } of this.steps)
      for (const storage of storages) this.#addresses[position++] = addresses[storage]!;
    const scratch = this.scratch.reserve(this.#scratchBytes);
    return (i) => {
      const { step, end, reductionExtent } = this.#calls[i]!;
      step.code(end, reductionExtent, this.#tables[i]!, scratch, step.threads);
    };
  }
}

/** Operations of a program, about: points times the size of its expressions. */
function operationsOf(program: LoopProgram): number {
  const count = (sizes: readonly number[]): number => sizes.reduce((product, size) => product * size, 1);
  const { length } = distinctExpressions(expressionsOf(program));
  return count(program.extents) * (1 + count(program.reduction?.extents ?? [0])) * length;
}
