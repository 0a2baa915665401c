import {
  AdjointError,
  allocateArray,
  type Backend,
  type DeviceBuffer,
  type DType,
  type Executable,
  type LoopProgram,
  type Program,
  type TypedArray,
} from '@adjoint/core';
import { ModuleBuilder, type Callable, type ParameterTypes } from './assembler/index.js';
import { detectFeatures } from './features.js';
import { FunctionLibrary, type LibraryFunction } from './program/function-library.js';
import { availableThreads } from './runtime.js';
import { MathLibrary } from './math/math-library.js';
import { WasmMemory, type PlacedWords } from './memory/wasm-memory.js';
import { defineProgram } from './program/define-program.js';
import {
  defineLoopFunction,
  loopFunctionKey,
  methodOf,
  type LoopFunction,
  type Method,
} from './program/loop-function.js';
import { compileSharedFunctions, type SharedFunctions } from './program/shared-functions.js';
import { stepsOf, wantsThreads } from './program/steps.js';
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

/** Loop functions that are kept for later programs. */
const keptLoopFunctions = 4096;

/** Runs loop programs as WebAssembly that is generated when they are first met. */
export class WasmBackend implements Backend {
  readonly name = 'wasm';
  readonly relaxedSimd: boolean;
  readonly threads: number;
  readonly #memory: WasmMemory;
  readonly #library: FunctionLibrary;
  readonly #team: Team;
  readonly #control: number;
  readonly #loopFunctions = new Map<string, LoopFunction>();
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
    const loops = program.kernels.flatMap(({ loops }, kernel) =>
      loops.map((loop) => ({ ...loop, kernel, method: methodOf(loop.program) })),
    );
    const builder = this.#newModule();
    const shared = await (this.#shared ??= compileSharedFunctions(
      this.#library,
      this.#newModule(),
      this.#control,
      this.relaxedSimd,
    ));
    const loopFunctions = await this.#loopFunctionsOf(loops);
    const imported = new Map<LibraryFunction, Callable>();
    const callable = <Parameters extends ParameterTypes>(entry: LibraryFunction<Parameters>) => {
      const known = imported.get(entry) as Callable<Parameters, 'void'> | undefined;
      const result = known ?? this.#library.import(builder, entry);
      imported.set(entry, result);
      return result;
    };
    const placed: PlacedWords[] = [];
    const place = (words: Int32Array): number => {
      placed.push(this.#memory.place(words));
      return placed.at(-1)!.address;
    };
    // Steps are cut for the threads that there are.
    const threads = loops.some((loop) => wantsThreads(loop, this.threads)) ? await this.#team.start() : 1;
    const steps = stepsOf(
      program,
      loops.map((loop, i) => ({ ...loop, code: loopFunctions[i]! })),
      { shared, threads, callable, place },
    );

    const scratchBytes = Math.max(0, ...steps.map((step) => step.scratchBytes));
    const table = place(new Int32Array(program.storages.length + 1));
    const number = this.#names++;
    const name = `program${number}`;
    const definition = defineProgram(
      builder,
      name,
      steps,
      { address: table, storages: program.storages.length },
      callable(shared.barrier),
    );
    const { [name]: main } = await this.#library.add(builder, { [name]: definition });
    const isTeamwork = steps.some((step) => step.isShared);
    if (isTeamwork) await this.#team.deliver([...new Set([...imported.keys(), main!].map(({ module }) => module))]);
    const run = (first: number, end: number): void =>
      isTeamwork ? this.#team.run(number, main!.code, first, end) : main!.code(0, 1, first, end);

    let known: readonly number[] = [];
    const prepare = (arena: DeviceBuffer, bound: readonly DeviceBuffer[]): void => {
      if (scratchBytes > this.#scratch.bytes) {
        if (this.#scratch.bytes > 0) this.release(this.#scratch);
        this.#scratch = this.allocate(scratchBytes);
      }
      const addresses = program.storages.map(({ place }) =>
        place.kind === 'arena'
          ? (arena as WasmBuffer).address + place.offset
          : (bound[place.index] as WasmBuffer).address,
      );
      addresses.push(this.#scratch.address);
      if (addresses.every((address, i) => address === known[i])) return;
      this.#memory.write(table, Int32Array.from(addresses));
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
    this.#loopFunctions.clear();
  }

  /** Finds or generates the code of every loop program; all that is new goes into one module. */
  async #loopFunctionsOf(
    loops: readonly { readonly program: LoopProgram; readonly method: Method }[],
  ): Promise<LoopFunction[]> {
    if (this.#loopFunctions.size > keptLoopFunctions) {
      const functions = [...this.#loopFunctions.values()];
      functions.forEach(({ name }) => this.#library.delete(name));
      this.#team.drop(
        functions.map(({ name }) => name),
        functions.map(({ module }) => module),
      );
      this.#loopFunctions.clear();
    }
    const keys = loops.map(({ program, method }) => loopFunctionKey(program, method));
    const missing = new Map(
      loops.flatMap((loop, i) => (this.#loopFunctions.has(keys[i]!) ? [] : [[keys[i]!, loop] as const])),
    );
    if (missing.size > 0) {
      const builder = this.#newModule();
      const math = new MathLibrary(builder);
      const defined = [...missing].map(([key, { program, method }]) => {
        const before = math.hostCalls;
        const name = `loops${this.#names++}`;
        const callable = defineLoopFunction(builder, name, program, method, math.call);
        return { key, name, callable, callsHost: math.hostCalls > before };
      });
      const added = await this.#library.add(
        builder,
        Object.fromEntries(defined.map(({ name, callable }) => [name, callable])),
      );
      defined.forEach(({ key, name, callsHost }) => this.#loopFunctions.set(key, { ...added[name]!, callsHost }));
    }
    return keys.map((key) => this.#loopFunctions.get(key)!);
  }

  #newModule(): ModuleBuilder {
    const builder = new ModuleBuilder();
    builder.importMemory('env', 'memory', this.#memory.limits);
    return builder;
  }
}
