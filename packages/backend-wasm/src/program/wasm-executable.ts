import { storagePlaces, timedSteps, type DeviceBuffer, type Executable, type Program } from '@adjoint/core/backend';
import type { Scratch } from '../memory/scratch.js';
import type { Block, WasmMemory } from '../memory/wasm-memory.js';

/** A buffer of this backend: a block of its memory. */
export interface WasmBuffer extends DeviceBuffer, Block {}

/** A compiled program. */
export interface CompiledProgram {
  readonly program: Program;
  /** Index of the kernel that each step belongs to. */
  readonly kernels: readonly number[];
  /** Address of the table of addresses that the code reads: of each storage, then of the scratch memory. */
  readonly table: number;
  readonly scratchBytes: number;
  /** Whether it can run on the threads that there are; otherwise it must be compiled again. */
  fits(): boolean;
  /** Runs steps from `first` to before `end`. */
  run(first: number, end: number): void;
  release(): void;
}

/** Runs a compiled program over the buffers that it is given. */
export class WasmExecutable implements Executable {
  #addresses: readonly number[] = [];

  #compiled: CompiledProgram;

  constructor(
    compiled: CompiledProgram,
    readonly compile: () => Promise<CompiledProgram>,
    readonly memory: WasmMemory,
    readonly scratch: Scratch,
  ) {
    this.#compiled = compiled;
  }

  run(arena: DeviceBuffer, bound: readonly DeviceBuffer[]): void | Promise<void> {
    if (!this.#compiled.fits()) return this.#compileAgain().then(() => this.run(arena, bound));
    this.#bind(arena, bound);
    this.#compiled.run(0, this.#compiled.kernels.length);
  }

  profile(arena: DeviceBuffer, bound: readonly DeviceBuffer[]): number[] | Promise<number[]> {
    if (!this.#compiled.fits()) return this.#compileAgain().then(() => this.profile(arena, bound));
    this.#bind(arena, bound);
    const { program, kernels, run } = this.#compiled;
    return timedSteps(program.kernels.length, kernels, (step) => run(step, step + 1));
  }

  release(): void {
    this.#compiled.release();
  }

  async #compileAgain(): Promise<void> {
    this.#compiled.release();
    this.#compiled = await this.compile();
    this.#addresses = [];
  }

  /** Writes the table of addresses, unless it holds them already. */
  #bind(arena: DeviceBuffer, bound: readonly DeviceBuffer[]): void {
    const { program, table, scratchBytes } = this.#compiled;
    const addresses = storagePlaces<WasmBuffer>(program, arena, bound).map(
      ({ buffer, offset }) => buffer.address + offset,
    );
    addresses.push(this.scratch.address(scratchBytes));
    if (addresses.every((address, i) => address === this.#addresses[i])) return;
    this.memory.write(table, Int32Array.from(addresses));
    this.#addresses = addresses;
  }
}
