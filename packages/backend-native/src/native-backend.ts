import {
  AdjointError,
  allocateArray,
  distinctExpressions,
  expressionsOf,
  type Backend,
  type DeviceBuffer,
  type DType,
  type Executable,
  type LoopProgram,
  type Program,
  type TypedArray,
} from '@adjoint/core';
import koffi from 'koffi';
import { availableParallelism } from 'node:os';
import { defaultCompiler, findCompiler } from './library/c-compiler.js';
import { defaultCacheDirectory, LibraryCache } from './library/library-cache.js';
import { NativeBuffer } from './native-buffer.js';
import { renderFunction, renderUnit, type RenderedFunction } from './source-file.js';

export interface NativeBackendOptions {
  /** Threads that work on a program, at least 1; as many as the machine runs at once, if not given. Results do not depend on it. */
  readonly threads?: number | undefined;
  /** The C compiler's command: the variable CC, or cc, if not given. */
  readonly compiler?: string | undefined;
  /** Where compiled code is kept; only the user may be able to write there. */
  readonly cacheDirectory?: string | undefined;
}

type NativeFunction = (end: number, reductionExtent: number, buffers: bigint, scratch: bigint, threads: number) => void;

/** One loop program, ready to run. */
interface Step {
  readonly kernel: number;
  readonly code: NativeFunction;
  readonly end: number;
  readonly reductionExtent: number;
  readonly storages: readonly number[];
  readonly threads: number;
}

/** Fewer operations than this are done by one thread. */
const leastShared = 1 << 15;
/** Kernels whose code is kept for programs to come. */
const keptKernels = 4096;

/** Runs loop programs as C that the machine's own compiler has compiled for its processor. */
export class NativeBackend implements Backend {
  readonly name = 'native';
  readonly threads: number;
  readonly #cache: LibraryCache;
  readonly #functions = new Map<string, NativeFunction>();
  #scratch = new NativeBuffer(0);

  /** @throws AdjointError `BACKEND_MISSING` without a C compiler. */
  constructor({ threads = availableParallelism(), compiler, cacheDirectory }: NativeBackendOptions = {}) {
    this.threads = threads;
    this.#cache = new LibraryCache(
      cacheDirectory ?? defaultCacheDirectory(),
      findCompiler(compiler ?? defaultCompiler()),
    );
  }

  /** Runs of the C compiler so far; what is found on disk needs none. */
  get compilations(): number {
    return this.#cache.compilations;
  }

  allocate(bytes: number): NativeBuffer {
    return new NativeBuffer(bytes);
  }

  /** Memory goes with its last reference. */
  release(): void {}

  write(buffer: DeviceBuffer, data: TypedArray): void {
    const { memory, offset } = buffer as NativeBuffer;
    if (data instanceof Float64Array) new Float64Array(memory, offset, data.length).set(data);
    else if (data instanceof Float32Array) new Float32Array(memory, offset, data.length).set(data);
    else new Int32Array(memory, offset, data.length).set(data);
  }

  read(buffer: DeviceBuffer, dtype: DType, byteOffset: number, length: number): TypedArray {
    const view = dtype === 'float64' ? Float64Array : dtype === 'float32' ? Float32Array : Int32Array;
    const { memory, offset } = buffer as NativeBuffer;
    const result = allocateArray(dtype, length);
    result.set(new view(memory, offset + byteOffset, length));
    return result;
  }

  /** @throws AdjointError `BACKEND_MISSING` if others could write to the directory of compiled code. */
  async compile(program: Program): Promise<Executable> {
    const { unit } = this.#cache.compiler;
    const loops = program.kernels.flatMap(({ loops }, kernel) =>
      loops.map((loop) => ({ ...loop, kernel, rendered: renderFunction(loop.program, unit) })),
    );
    const functions = await this.#functionsOf(loops.map(({ rendered }) => rendered));
    const scratchBytes = Math.max(0, ...loops.map(({ rendered }) => rendered.scratchBytes(this.threads)));
    const steps = loops.map(({ program, storages, kernel }, i): Step => {
      const { extents, reduction } = program;
      return {
        kernel,
        code: functions[i]!,
        end: extents[0] ?? 1,
        reductionExtent: reduction?.extents[0] ?? 1,
        storages,
        threads: operationsOf(program) < leastShared ? 1 : this.threads,
      };
    });
    const tables = new BigUint64Array(steps.reduce((count, { storages }) => count + storages.length, 0));
    const table = new NativeBuffer(tables.byteLength);

    const prepare = (arena: DeviceBuffer, bound: readonly DeviceBuffer[]): void => {
      if (scratchBytes > this.#scratch.bytes) this.#scratch = new NativeBuffer(scratchBytes);
      const addresses = program.storages.map(({ place }) =>
        place.kind === 'arena'
          ? (arena as NativeBuffer).address + BigInt(place.offset)
          : (bound[place.index] as NativeBuffer).address,
      );
      let position = 0;
      for (const { storages } of steps) for (const storage of storages) tables[position++] = addresses[storage]!;
      new BigUint64Array(table.memory, table.offset, tables.length).set(tables);
    };
    const starts = startsOf(steps, table.address);
    const run = ({ code, end, reductionExtent, threads }: Step, i: number): void =>
      code(end, reductionExtent, starts[i]!, this.#scratch.address, threads);
    return {
      run: (arena, bound) => {
        prepare(arena, bound);
        steps.forEach(run);
      },
      profile: (arena, bound) => {
        prepare(arena, bound);
        const milliseconds = program.kernels.map(() => 0);
        steps.forEach((step, i) => {
          const start = performance.now();
          run(step, i);
          milliseconds[step.kernel]! += performance.now() - start;
        });
        return milliseconds;
      },
      release: () => undefined,
    };
  }

  close(): void {
    this.#functions.clear();
    this.#scratch = new NativeBuffer(0);
  }

  /** Finds or compiles the code of functions; new ones are compiled in as many units as there are threads, at the same time. */
  async #functionsOf(rendered: readonly RenderedFunction[]): Promise<NativeFunction[]> {
    if (this.#functions.size > keptKernels) this.#functions.clear();
    const missing = [
      ...new Map(rendered.filter(({ key }) => !this.#functions.has(key)).map((one) => [one.key, one])).values(),
    ];
    const count = Math.min(missing.length, Math.max(1, availableParallelism()));
    const units = Array.from({ length: count }, (_, unit) => missing.filter((_, i) => i % count === unit));
    await Promise.all(
      units.map(async (unit) => {
        const name = (i: number): string => `adjoint_kernel_${i}`;
        const source = renderUnit(
          unit.map((one, i) => one.source(name(i))),
          this.#cache.compiler.unit,
        );
        const path = await this.#cache.library(source).catch((error: unknown) => {
          if (error instanceof AdjointError) throw error;
          throw new AdjointError('INTERNAL', `The C compiler refused generated code: ${String(error)}`, {
            cause: error,
          });
        });
        limitSpinning();
        const library = koffi.load(path);
        unit.forEach(({ key }, i) =>
          this.#functions.set(key, library.func(`void ${name(i)}(int64_t, int64_t, void *, void *, int)`)),
        );
      }),
    );
    return rendered.map(({ key }) => this.#functions.get(key)!);
  }
}

/**
 * Lets threads that wait for each other sleep after some ten microseconds, unless the user has said otherwise. GNU's
 * OpenMP would let them spin for milliseconds, which on a busy machine keeps the one that they wait for from running. It
 * reads the variable when it is loaded.
 */
function limitSpinning(): void {
  if (process.env['OMP_WAIT_POLICY'] === undefined) process.env['GOMP_SPINCOUNT'] ??= '10000';
}

/** Addresses of the steps' tables of buffers, which follow each other from `start` on. */
function startsOf(steps: readonly Step[], start: bigint): bigint[] {
  let address = start;
  return steps.map(({ storages }) => {
    const own = address;
    address += BigInt(8 * storages.length);
    return own;
  });
}

/** Operations of a program, about: points times the size of its expressions. */
function operationsOf(program: LoopProgram): number {
  const count = (sizes: readonly number[]): number => sizes.reduce((product, size) => product * size, 1);
  const { length } = distinctExpressions(expressionsOf(program));
  return count(program.extents) * (1 + count(program.reduction?.extents ?? [0])) * length;
}
