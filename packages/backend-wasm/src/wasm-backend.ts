import {
  AdjointError,
  allocateArray,
  contractionOf,
  loadsOf,
  programKey,
  type Backend,
  type DeviceBuffer,
  type DType,
  type Executable,
  type LoopProgram,
  type Program,
  type TypedArray,
} from '@adjoint/core';
import { call, ModuleBuilder, type Callable, type Code } from './assembler/index.js';
import { blockingOf } from './contraction/blocking.js';
import { guardsOf, scratchBytes, writeContraction } from './contraction/contract.js';
import { defineMultiply } from './contraction/multiply.js';
import { definePack } from './contraction/pack.js';
import { packingDescriptor } from './contraction/packing.js';
import { defineStoreTiles } from './contraction/store-tiles.js';
import { TILE } from './contraction/multiply.js';
import { detectFeatures } from './features.js';
import { FunctionLibrary, type LibraryFunction } from './function-library.js';
import { availableThreads } from './host.js';
import { MathLibrary } from './math/math-library.js';
import { WasmMemory, type PlacedWords } from './memory/wasm-memory.js';
import { defineProgram, type Step } from './program/define-program.js';
import { meetings, scratch, type Accesses } from './program/hazards.js';
import { isShared, writeLoop } from './program/loop-step.js';
import { defineLoopKernel } from './render/loop-kernel.js';
import { defineBarrier } from './team/barrier.js';
import { CONTROL } from './team/control.js';
import { Team } from './team/team.js';

export interface WasmBackendOptions {
  /** Threads that work on a program, at least 1: as many as the machine runs at once, if not given. Results do not depend on it. */
  readonly threads?: number | undefined;
  /** The same bits in every engine: leaves out relaxed SIMD, which costs a fifth of the speed of contractions. */
  readonly portable?: boolean;
}

interface WasmBuffer extends DeviceBuffer {
  readonly address: number;
}

/** The code of a loop program: a loop kernel or, for a contraction, what stores its tiles. */
interface Kernel extends LibraryFunction {
  /** Whether it calls functions of the host, which only the first thread has. */
  readonly callsHost: boolean;
}

/** Functions that all programs call. */
interface SharedFunctions {
  readonly pack: LibraryFunction;
  readonly multiply: LibraryFunction;
  readonly barrier: LibraryFunction;
}

/** Kernels whose code is kept for programs to come. */
const keptKernels = 4096;

/** Runs loop programs as WebAssembly that is generated when they are first met. */
export class WasmBackend implements Backend {
  readonly name = 'wasm';
  readonly relaxedSimd: boolean;
  readonly threads: number;
  readonly #memory: WasmMemory;
  readonly #library: FunctionLibrary;
  readonly #team: Team;
  readonly #control: number;
  readonly #kernels = new Map<string, Kernel>();
  #names = 0;
  #shared: Promise<SharedFunctions> | undefined;
  #scratch: WasmBuffer = { address: 0, bytes: 0 };

  /** @throws AdjointError `BACKEND_MISSING` where WebAssembly lacks SIMD. */
  constructor({ portable = false, threads = availableThreads() }: WasmBackendOptions = {}) {
    const features = detectFeatures();
    if (!features.simd) {
      throw new AdjointError(
        'BACKEND_MISSING',
        'The wasm backend needs WebAssembly SIMD, which this engine does not have; use a newer browser or Node, or another backend.',
      );
    }
    this.relaxedSimd = features.relaxedSimd && !portable;
    this.threads = features.threads ? threads : 1;
    this.#memory = new WasmMemory(this.threads > 1);
    this.#library = new FunctionLibrary(this.#memory.memory);
    this.#control = this.#memory.allocate(CONTROL.bytes);
    this.#team = new Team(this.#memory, this.#control, this.threads);
  }

  allocate(bytes: number): WasmBuffer {
    return { address: this.#memory.allocate(bytes), bytes };
  }

  release(buffer: DeviceBuffer): void {
    this.#memory.free((buffer as WasmBuffer).address, buffer.bytes);
  }

  write(buffer: DeviceBuffer, data: TypedArray): void {
    const { address } = buffer as WasmBuffer;
    const { buffer: memory } = this.#memory.memory;
    if (data instanceof Float64Array) new Float64Array(memory, address, data.length).set(data);
    else if (data instanceof Float32Array) new Float32Array(memory, address, data.length).set(data);
    else new Int32Array(memory, address, data.length).set(data);
  }

  read(buffer: DeviceBuffer, dtype: DType, byteOffset: number, length: number): TypedArray {
    const view = dtype === 'float64' ? Float64Array : dtype === 'float32' ? Float32Array : Int32Array;
    const result = allocateArray(dtype, length);
    result.set(new view(this.#memory.memory.buffer, (buffer as WasmBuffer).address + byteOffset, length));
    return result;
  }

  async compile(program: Program): Promise<Executable> {
    const loops = program.kernels.flatMap(({ loops }, kernel) => loops.map((loop) => ({ ...loop, kernel })));
    const shared = await (this.#shared ??= this.#defineShared());
    const kernels = await this.#kernelsOf(loops.map((loop) => loop.program));
    const builder = this.#newModule();
    const imported = new Map<LibraryFunction, Callable>();
    const callable = (entry: LibraryFunction): Callable => {
      const known = imported.get(entry) ?? this.#library.import(builder, entry);
      imported.set(entry, known);
      return known;
    };

    const placed: PlacedWords[] = [];
    const scratches = [0];
    const parts = loops.map(({ program, storages, kernel }, i): Omit<Step, 'meetsBefore'> & Accesses => {
      const code = kernels[i]!;
      const reads = loadsOf(program).map(({ buffer }) => storages[buffer]!);
      const writes = program.stores.map(({ buffer }) => storages[buffer]!);
      const contraction = contractionOf(program);
      if (!contraction) {
        const sharing = this.threads > 1 && !code.callsHost && isShared(program);
        return {
          kernel,
          isShared: sharing,
          reads,
          writes,
          write: (f, threads, memory) =>
            writeLoop(f, callable(code), program, storages, sharing ? threads : undefined, memory),
        };
      }
      const blocking = blockingOf(program, contraction, code.callsHost ? 1 : this.threads);
      const place = (side: 'left' | 'right', axes: readonly number[], lanes: number): number => {
        placed.push(this.#memory.place(packingDescriptor(program, contraction[side], axes, lanes, blocking.walk)));
        return placed.at(-1)!.address;
      };
      const descriptors = {
        left: place('left', contraction.rows, TILE.rows),
        right: place('right', contraction.columns, TILE.columns),
      };
      const sharing = blocking.split !== 'none';
      scratches.push(scratchBytes(blocking, guardsOf(contraction), sharing ? this.threads : 1));
      return {
        kernel,
        isShared: sharing,
        reads,
        writes: [...writes, scratch],
        write: (f, threads, { storage, scratch }, barrier) =>
          writeContraction(
            f,
            program,
            contraction,
            blocking,
            { pack: callable(shared.pack), multiply: callable(shared.multiply), storeTiles: callable(code) },
            { ...descriptors, scratch, buffers: storages.map(storage) },
            threads,
            barrier,
          ),
      };
    });
    const meets = meetings(program, parts);
    const steps = parts.map((part, i): Step => ({ ...part, meetsBefore: meets[i]! }));

    const table = this.#memory.place(new Int32Array(program.storages.length + 1));
    placed.push(table);
    const number = this.#names++;
    const name = `program${number}`;
    const barrier = callable(shared.barrier);
    const define = defineProgram(
      builder,
      name,
      steps,
      { table: table.address, storages: program.storages.length },
      (thread, threads) => call(barrier, thread, threads) as Code<'void'>,
    );
    const [main] = await this.#library.add(builder, [define]);
    const isTeamwork = steps.some((step) => step.isShared);
    if (isTeamwork) await this.#team.deliver([...new Set([...imported.keys(), main!].map(({ module }) => module))]);
    const scratchNeeded = Math.max(...scratches);
    const run = (first: number, end: number): void =>
      isTeamwork ? this.#team.run(number, main!.code, first, end) : main!.code(0, 1, first, end);

    let known: readonly number[] = [];
    const prepare = (arena: DeviceBuffer, bound: readonly DeviceBuffer[]): void => {
      if (scratchNeeded > this.#scratch.bytes) {
        if (this.#scratch.bytes > 0) this.release(this.#scratch);
        this.#scratch = this.allocate(scratchNeeded);
      }
      const addresses = program.storages.map(({ place }) =>
        place.kind === 'arena'
          ? (arena as WasmBuffer).address + place.offset
          : (bound[place.index] as WasmBuffer).address,
      );
      addresses.push(this.#scratch.address);
      if (addresses.every((address, i) => address === known[i])) return;
      this.#memory.write(table.address, Int32Array.from(addresses));
      known = addresses;
    };
    return {
      run: (arena, bound) => {
        prepare(arena, bound);
        run(0, steps.length);
      },
      profile: (arena, bound) => {
        prepare(arena, bound);
        const milliseconds = program.kernels.map(() => 0);
        steps.forEach(({ kernel }, i) => {
          const start = performance.now();
          run(i, i + 1);
          milliseconds[kernel]! += performance.now() - start;
        });
        return milliseconds;
      },
      release: () => {
        for (const { address, bytes } of placed) this.#memory.free(address, bytes);
        this.#library.delete(name);
        this.#team.drop([name], [main!.module]);
      },
    };
  }

  close(): void {
    this.#team.close();
    this.#kernels.clear();
  }

  /** Finds or generates the code of every loop program; all that is new goes into one module. */
  async #kernelsOf(programs: readonly LoopProgram[]): Promise<Kernel[]> {
    if (this.#kernels.size > keptKernels) {
      for (const { name } of this.#kernels.values()) this.#library.delete(name);
      const modules = [...this.#kernels.values()].map(({ module }) => module);
      this.#team.drop(
        [...this.#kernels.values()].map(({ name }) => name),
        modules,
      );
      this.#kernels.clear();
    }
    const keys = programs.map((program) => {
      const contraction = contractionOf(program);
      return (contraction ? `tiles|${JSON.stringify(contraction)}|` : '') + programKey(program);
    });
    const missing = new Map(
      programs.flatMap((program, i) => (this.#kernels.has(keys[i]!) ? [] : [[keys[i]!, program] as const])),
    );
    if (missing.size > 0) {
      const builder = this.#newModule();
      const math = new MathLibrary(builder);
      const defined = [...missing].map(([key, program]) => {
        const name = `kernel${this.#names++}`;
        const contraction = contractionOf(program);
        const before = math.hostCalls;
        const callable = contraction
          ? defineStoreTiles(builder, name, program, contraction, math.call)
          : defineLoopKernel(builder, name, program, math.call);
        builder.export(callable);
        return { key, callable, callsHost: math.hostCalls > before };
      });
      const entries = await this.#library.add(
        builder,
        defined.map(({ callable }) => callable),
      );
      defined.forEach(({ key, callsHost }, i) => this.#kernels.set(key, { ...entries[i]!, callsHost }));
    }
    return keys.map((key) => this.#kernels.get(key)!);
  }

  async #defineShared(): Promise<SharedFunctions> {
    const builder = this.#newModule();
    const defined = [
      definePack(builder),
      defineMultiply(builder, this.relaxedSimd),
      defineBarrier(builder, this.#control),
    ];
    defined.forEach((callable) => builder.export(callable));
    const [pack, multiply, barrier] = await this.#library.add(builder, defined);
    return { pack: pack!, multiply: multiply!, barrier: barrier! };
  }

  #newModule(): ModuleBuilder {
    const builder = new ModuleBuilder();
    builder.importMemory('env', 'memory', this.#memory.limits);
    return builder;
  }
}
