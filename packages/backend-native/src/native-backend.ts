import { type DType, type TypedArray } from '@adjoint/core';
import {
  isRepeat,
  kernelsWithin,
  onceEach,
  readElements,
  writeElements,
  type Backend,
  type DeviceBuffer,
  type Executable,
  type Program,
  type RenderedKernel,
} from '@adjoint/core/backend';
import type { LoopProgram } from '@adjoint/core/primitives';
import { availableParallelism } from 'node:os';
import { functionCache, type FunctionCache } from './function-cache.js';
import type { LibraryCache } from './library/library-cache.js';
import { openLibraries, type LibraryOptions } from './library/open-libraries.js';
import { NativeBuffer } from './native-buffer.js';
import { NativeExecutable, threadsFor } from './native-executable.js';
import { ScratchMemory } from './scratch-memory.js';
import { functionText, renderFunction } from './source-file.js';

export interface NativeBackendOptions extends LibraryOptions {
  /** Threads that work on a program, at least 1; as many as the machine runs at once, if not given. Results do not depend on it. */
  readonly threads?: number | undefined;
}

/** Runs loop programs as C that the machine's own compiler has compiled for its processor. */
export class NativeBackend implements Backend {
  readonly name = 'native';
  readonly computesLoops = true;
  readonly threads: number;
  readonly #libraries: LibraryCache;
  readonly #functions: FunctionCache;
  readonly #scratch = new ScratchMemory();

  /**
   * `libraries` are for the self-check.
   * @throws AdjointError `BACKEND_MISSING` without a C compiler that computes right values.
   */
  constructor(options: NativeBackendOptions = {}, libraries = openLibraries(options)) {
    this.threads = options.threads ?? availableParallelism();
    this.#libraries = libraries;
    this.#functions = functionCache(libraries);
  }

  /** Runs of the C compiler so far; what is found on disk needs none. */
  get compilations(): number {
    return this.#libraries.compilations;
  }

  allocate(bytes: number): NativeBuffer {
    return new NativeBuffer(bytes);
  }

  /** Nothing to do: the garbage collector frees the memory. */
  release(): void {}

  write(buffer: DeviceBuffer, data: TypedArray): void {
    const { memory, offset } = buffer as NativeBuffer;
    writeElements(memory, offset, data);
  }

  read(buffer: DeviceBuffer, dtype: DType, byteOffset: number, length: number): TypedArray {
    const { memory, offset } = buffer as NativeBuffer;
    return readElements(memory, dtype, offset + byteOffset, length);
  }

  /** @throws AdjointError if the compiler fails (`INTERNAL`) or does not end (`BACKEND_MISSING`). */
  async compile(program: Program): Promise<Executable> {
    const renderedOf = onceEach((loop: LoopProgram) => renderFunction(loop, this.#target));
    const loops = program.kernels.flatMap((whole, kernel) =>
      kernelsWithin(whole).flatMap(({ loops: own, label }) =>
        own.map((loop) => ({ ...loop, kernel, label, rendered: renderedOf(loop.program) })),
      ),
    );
    const functions = await this.#functions.get(loops);
    const steps = loops.map(({ program: loop, storages, kernel, rendered }, i) => ({
      kernel,
      code: functions[i]!,
      program: loop,
      storages,
      scratchBytes: rendered.scratchBytes(this.threads),
      threads: threadsFor(loop, this.threads, isRepeat(program.kernels[kernel]!)),
    }));
    return new NativeExecutable(program, steps, this.#scratch);
  }

  /** The C of each kernel, in order, without what all source files begin with. */
  render({ kernels }: Program): readonly RenderedKernel[] {
    return kernels.map((whole, kernel) => {
      const loops = kernelsWithin(whole).flatMap(({ loops: own, label }) => own.map((loop) => ({ ...loop, label })));
      const texts = loops.map(({ program, label }, i) => {
        const name = `kernel_${kernel}${loops.length > 1 ? `_${i}` : ''}`;
        return functionText({ name, label, rendered: renderFunction(program, this.#target) });
      });
      return { kernel: whole.label, language: 'c', text: texts.join('\n') };
    });
  }

  close(): void {
    this.#functions.clear();
    this.#scratch.free();
  }

  get #target() {
    return this.#libraries.compiler.target;
  }
}
