import type { LoopProgram } from '@adjoint/core/primitives';
import {
  isRepeat,
  isWorthThreadsInRepeat,
  kernelsWithin,
  roughWork,
  storagePlaces,
  timedSteps,
  type DeviceBuffer,
  type Executable,
  type Program,
  type Repeat,
} from '@adjoint/core/backend';
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

/** An address among those of all steps that moves by some bytes with each iteration. */
interface Advance {
  readonly position: number;
  readonly bytes: bigint;
}

/** Fewer operations than this are done by one thread. */
const leastShared = 1 << 15;

/** How many of the threads work on a program, which may be within a repeat: one if it is small. */
export function threadsFor(program: LoopProgram, threads: number, isRepeated: boolean): number {
  const isWorthThem = isRepeated ? isWorthThreadsInRepeat(program) : roughWork(program) >= leastShared;
  return isWorthThem ? threads : 1;
}

/** A program that is ready to run: calls of compiled functions, each with a table of its buffers' addresses. */
export class NativeExecutable implements Executable {
  readonly #calls: readonly { readonly step: Step; readonly end: number; readonly reductionExtent: number }[];
  readonly #scratchBytes: number;
  /** Addresses of all steps' buffers, one step after the other, and where each step's begin. */
  readonly #addresses: BigUint64Array;
  readonly #tables: readonly bigint[];
  readonly #advances = new Map<Repeat, readonly Advance[]>();

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
    this.#runAll(this.program.kernels, 0, call);
  }

  profile(arena: DeviceBuffer, bound: readonly DeviceBuffer[]): number[] {
    const call = this.#prepare(arena, bound);
    const { kernels } = this.program;
    let next = 0;
    return timedSteps(kernels.length, [...kernels.keys()], (kernel) => {
      next = this.#runAll([kernels[kernel]!], next, call);
    });
  }

  release(): void {}

  /** Runs kernels whose first step has the number `first`, and returns that of the step after their last one. */
  #runAll(kernels: Program['kernels'], first: number, call: (step: number) => void): number {
    let next = first;
    for (const kernel of kernels) {
      if (isRepeat(kernel)) next = this.#repeat(kernel, next, call);
      else for (const end = next + kernel.loops.length; next < end; next++) call(next);
    }
    return next;
  }

  #repeat(repeat: Repeat, first: number, call: (step: number) => void): number {
    const end = first + kernelsWithin(repeat).reduce((sum, { loops }) => sum + loops.length, 0);
    const advances = this.#advancesOf(repeat, first, end);
    const move = (iterations: bigint): void => {
      for (const { position, bytes } of advances) this.#addresses[position]! += iterations * bytes;
    };
    for (let iteration = 0; iteration < repeat.count; iteration++) {
      this.#runAll(repeat.kernels, first, call);
      move(1n);
    }
    move(BigInt(-repeat.count));
    return end;
  }

  /** Where steps of a repeat have the addresses of storages that move with its iterations, and by how many bytes. */
  #advancesOf(repeat: Repeat, first: number, end: number): readonly Advance[] {
    const known = this.#advances.get(repeat);
    if (known) return known;
    const bytesOf = new Map(repeat.advances.map(({ storage, bytes }) => [storage, BigInt(bytes)]));
    const before = this.steps.slice(0, first).reduce((sum, { storages }) => sum + storages.length, 0);
    const advances = this.steps
      .slice(first, end)
      .flatMap(({ storages }) => storages)
      .flatMap((storage, i) => {
        const bytes = bytesOf.get(storage);
        return bytes === undefined ? [] : [{ position: before + i, bytes }];
      });
    this.#advances.set(repeat, advances);
    return advances;
  }

  /** Writes the tables of addresses; what it returns calls a step. */
  #prepare(arena: DeviceBuffer, bound: readonly DeviceBuffer[]): (step: number) => void {
    const addresses = storagePlaces<NativeBuffer>(this.program, arena, bound).map(
      ({ buffer, offset }) => buffer.address + BigInt(offset),
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
