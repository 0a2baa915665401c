import {
  AdjointError,
  allocateArray,
  contractionOf,
  programKey,
  type Backend,
  type DeviceBuffer,
  type DType,
  type Executable,
  type LoopProgram,
  type Program,
  type TypedArray,
} from '@adjoint/core';
import { ModuleBuilder } from './assembler/index.js';
import { ContractionKernel, type ContractionFunctions } from './contraction/contraction-kernel.js';
import { defineMultiply } from './contraction/multiply.js';
import { definePack } from './contraction/pack.js';
import { defineStoreTiles } from './contraction/store-tiles.js';
import { detectFeatures } from './features.js';
import { hostMath } from './math/host-math.js';
import { MathLibrary } from './math/math-library.js';
import { maximumPages, WasmMemory } from './memory/wasm-memory.js';
import { defineLoopKernel } from './render/loop-kernel.js';

export interface WasmBackendOptions {
  /** The same bits in every engine: leaves out relaxed SIMD, which costs a fifth of the speed of contractions. */
  readonly portable?: boolean;
}

interface WasmBuffer extends DeviceBuffer {
  readonly address: number;
}

type WasmFunction = (...parameters: number[]) => void;

/** One loop program, ready to run at the addresses of its buffers. */
interface Step {
  readonly kernel: number;
  readonly storages: readonly number[];
  readonly scratchBytes: number;
  run(addresses: readonly number[], scratch: number): void;
  release?(): void;
}

/** Kernels whose code is kept for programs to come. */
const keptKernels = 4096;

/** Runs loop programs as WebAssembly that is generated when they are first met. */
export class WasmBackend implements Backend {
  readonly name = 'wasm';
  readonly relaxedSimd: boolean;
  readonly #memory = new WasmMemory();
  readonly #functions = new Map<string, WasmFunction>();
  #contraction: Promise<ContractionFunctions> | undefined;
  #scratch: WasmBuffer = { address: 0, bytes: 0 };

  constructor({ portable = false }: WasmBackendOptions = {}) {
    const features = detectFeatures();
    if (!features.simd) {
      throw new AdjointError(
        'BACKEND_MISSING',
        'The wasm backend needs WebAssembly SIMD, which this engine does not have; use a newer browser or Node, or another backend.',
      );
    }
    this.relaxedSimd = features.relaxedSimd && !portable;
  }

  allocate(bytes: number): WasmBuffer {
    const buffer = { address: this.#memory.allocate(bytes), bytes };
    new Uint8Array(this.#memory.memory.buffer, buffer.address, bytes).fill(0);
    return buffer;
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
    const steps = await this.#steps(program);
    const scratchBytes = Math.max(0, ...steps.map((step) => step.scratchBytes));
    const prepare = (arena: DeviceBuffer, bound: readonly DeviceBuffer[]): number[] => {
      if (scratchBytes > this.#scratch.bytes) {
        if (this.#scratch.bytes > 0) this.release(this.#scratch);
        this.#scratch = this.allocate(scratchBytes);
      }
      return program.storages.map(({ place }) =>
        place.kind === 'arena'
          ? (arena as WasmBuffer).address + place.offset
          : (bound[place.index] as WasmBuffer).address,
      );
    };
    return {
      run: (arena, bound) => {
        const addresses = prepare(arena, bound);
        for (const step of steps)
          step.run(
            step.storages.map((storage) => addresses[storage]!),
            this.#scratch.address,
          );
      },
      profile: (arena, bound) => {
        const addresses = prepare(arena, bound);
        const milliseconds = program.kernels.map(() => 0);
        for (const step of steps) {
          const start = performance.now();
          step.run(
            step.storages.map((storage) => addresses[storage]!),
            this.#scratch.address,
          );
          milliseconds[step.kernel]! += performance.now() - start;
        }
        return milliseconds;
      },
      release: () => steps.forEach((step) => step.release?.()),
    };
  }

  close(): void {
    this.#functions.clear();
  }

  /** Finds or generates the code of every loop program; all that is new goes into one module. */
  async #steps(program: Program): Promise<Step[]> {
    if (this.#functions.size > keptKernels) this.#functions.clear();
    const loops = program.kernels.flatMap(({ loops }, kernel) =>
      loops.map((loop) => ({ ...loop, kernel, contraction: contractionOf(loop.program) })),
    );
    const keys = loops.map(
      ({ program, contraction }) => (contraction ? `tiles|${JSON.stringify(contraction)}|` : '') + programKey(program),
    );
    const missing = new Map(
      loops.flatMap((loop, i) => (this.#functions.has(keys[i]!) ? [] : [[keys[i]!, loop] as const])),
    );
    if (missing.size > 0) {
      const { module, math } = this.#newModule();
      let count = 0;
      const names = new Map<string, string>();
      for (const [key, { program, contraction }] of missing) {
        const name = `kernel${count++}`;
        names.set(key, name);
        module.export(
          contraction
            ? defineStoreTiles(module, name, program, contraction, math.call)
            : defineLoopKernel(module, name, program, math.call),
        );
      }
      const exported = await this.#instantiate(module);
      for (const [key, name] of names) this.#functions.set(key, exported[name]!);
    }
    const shared = loops.some(({ contraction }) => contraction) ? await this.#contractionFunctions() : undefined;
    return loops.map(({ program, storages, kernel, contraction }, i): Step => {
      const code = this.#functions.get(keys[i]!)!;
      if (!contraction) return { kernel, storages, scratchBytes: 0, run: loopRunner(program, code) };
      const contracted = new ContractionKernel(shared!, code, program, contraction, this.#memory);
      return {
        kernel,
        storages,
        scratchBytes: contracted.scratchBytes,
        run: (addresses, scratch) => contracted.run(addresses, scratch),
        release: () => contracted.release(),
      };
    });
  }

  #contractionFunctions(): Promise<ContractionFunctions> {
    return (this.#contraction ??= (async () => {
      const { module } = this.#newModule();
      module.export(definePack(module), 'pack');
      module.export(defineMultiply(module, this.relaxedSimd), 'multiply');
      const { pack, multiply } = await this.#instantiate(module);
      return { pack: pack!, multiply: multiply! };
    })());
  }

  #newModule(): { module: ModuleBuilder; math: MathLibrary } {
    const module = new ModuleBuilder();
    module.importMemory('env', 'memory', { minimum: 1, maximum: maximumPages });
    return { module, math: new MathLibrary(module) };
  }

  async #instantiate(module: ModuleBuilder): Promise<Record<string, WasmFunction>> {
    const { instance } = await WebAssembly.instantiate(module.build(), {
      env: { memory: this.#memory.memory },
      ...hostMath,
    });
    return instance.exports as Record<string, WasmFunction>;
  }
}

function loopRunner({ extents, reduction }: LoopProgram, code: WasmFunction): (addresses: readonly number[]) => void {
  const end = extents[0] ?? 1;
  const reductionExtent = reduction?.extents[0] ?? 1;
  return (addresses) => code(0, end, reductionExtent, ...addresses);
}
