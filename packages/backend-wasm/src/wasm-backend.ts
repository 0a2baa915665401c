import { renderProgram } from '#render-program';
import { AdjointError, type DType, type TypedArray } from '@adjoint/core';
import {
  readElements,
  writeElements,
  type Backend,
  type DeviceBuffer,
  type Executable,
  type Program,
  type RenderedKernel,
} from '@adjoint/core/backend';
import { detectFeatures, whyNoWebAssembly } from './features.js';
import { WasmMemory } from './memory/wasm-memory.js';
import { ProgramCompiler } from './program/program-compiler.js';
import type { WasmBuffer } from './program/wasm-executable.js';
import { availableThreads, startWorker } from './runtime.js';
import { Team } from './team/team.js';

export interface WasmBackendOptions {
  /**
   * Threads that work on a program, at least 1: as many as the machine runs at once, if not given. Results do not
   * depend on it.
   */
  readonly threads?: number | undefined;
  /** The same bits in every engine: leaves out relaxed SIMD, which costs a fifth of the speed of contractions. */
  readonly portable?: boolean;
  /** Most MiB of memory, from 1 to 4096, which is what counts if not given. Pages in small devices may get less. */
  readonly maxMegabytes?: number | undefined;
}

/** Runs programs as WebAssembly, which is generated when a program is compiled. */
export class WasmBackend implements Backend {
  readonly name = 'wasm';
  readonly computesLoops = true;
  readonly relaxedSimd: boolean;
  /**
   * The generated code of each kernel of a program, in WebAssembly's text format. Functions that several kernels call
   * stand with the first of them. The program need not have been compiled. Bundles for browsers leave this out.
   */
  readonly render?: (program: Program) => readonly RenderedKernel[];
  readonly #memory: WasmMemory;
  readonly #team: Team;
  readonly #compiler: ProgramCompiler;

  /** @throws AdjointError `BACKEND_MISSING` where there is no WebAssembly, or it lacks SIMD or memory. */
  constructor({ portable = false, threads = availableThreads(), maxMegabytes }: WasmBackendOptions = {}) {
    const problem = whyNoWebAssembly();
    if (problem !== undefined) throw new AdjointError('BACKEND_MISSING', problem);
    const features = detectFeatures();
    if (!features.simd) {
      throw new AdjointError(
        'BACKEND_MISSING',
        'The wasm backend needs WebAssembly SIMD, which this engine does not have; use a newer browser or Node, or another backend.',
      );
    }
    this.relaxedSimd = features.relaxedSimd && !portable;
    const size = features.threads ? threads : 1;
    this.#memory = new WasmMemory(size > 1, maxMegabytes);
    this.#team = new Team(this.#memory, size, startWorker);
    const compiler = new ProgramCompiler(this.#memory, this.#team, this.relaxedSimd);
    this.#compiler = compiler;
    if (renderProgram) this.render = (program) => renderProgram!(program, compiler.target);
  }

  /** Threads that compute: one where no others can be had, or once one of them has ended. */
  get threads(): number {
    return this.#team.size;
  }

  allocate(bytes: number): WasmBuffer {
    return { address: this.#memory.allocate(bytes), bytes };
  }

  release(buffer: DeviceBuffer): void {
    this.#memory.free((buffer as WasmBuffer).address, buffer.bytes);
  }

  write(buffer: DeviceBuffer, data: TypedArray): void {
    writeElements(this.#memory.memory.buffer, (buffer as WasmBuffer).address, data);
  }

  read(buffer: DeviceBuffer, dtype: DType, byteOffset: number, length: number): TypedArray {
    return readElements(this.#memory.memory.buffer, dtype, (buffer as WasmBuffer).address + byteOffset, length);
  }

  compile(program: Program): Promise<Executable> {
    return this.#compiler.compile(program);
  }

  close(): void {
    this.#compiler.close();
    this.#team.close();
  }
}
