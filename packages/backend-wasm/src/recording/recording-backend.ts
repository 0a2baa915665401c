import type { DType, OwnBytes, TypedArray } from '@adjoint/core';
import {
  readElements,
  writeElements,
  type Backend,
  type DeviceBuffer,
  type Executable,
  type Program,
} from '@adjoint/core/backend';
import { WasmMemory, type Block } from '../memory/wasm-memory.js';
import { ProgramCompiler } from '../program/program-compiler.js';
import type { WasmBuffer } from '../program/wasm-executable.js';
import { startWorker } from '../runtime.js';
import { Team } from '../team/team.js';

/** A generated module, and the names under which later ones import its functions. */
export interface RecordedModule {
  readonly bytes: OwnBytes;
  readonly names: readonly string[];
}

/** Remembers which blocks of memory are written from outside: all that programs read before they write it. */
class RecordingMemory extends WasmMemory {
  readonly written: Block[] = [];

  override write(address: number, words: Int32Array): void {
    this.written.push({ address, bytes: words.byteLength });
    super.write(address, words);
  }
}

/**
 * The wasm backend with one thread and the instructions that every engine has, which remembers what it generates: enough
 * to run the last program again, elsewhere.
 */
export class RecordingBackend implements Backend {
  readonly name = 'wasm';
  readonly computesLoops = true;
  readonly memory = new RecordingMemory(false);
  readonly modules: RecordedModule[] = [];
  /** The buffers of the last run. */
  latest: { readonly arena: WasmBuffer; readonly bound: readonly WasmBuffer[] } | undefined;
  readonly #compiler: ProgramCompiler;

  constructor() {
    const team = new Team(this.memory, 1, startWorker);
    this.#compiler = new ProgramCompiler(this.memory, team, false, (bytes, names) =>
      this.modules.push({ bytes, names }),
    );
  }

  allocate(bytes: number): WasmBuffer {
    return { address: this.memory.allocate(bytes), bytes };
  }

  release({ bytes, ...buffer }: DeviceBuffer): void {
    this.memory.free((buffer as WasmBuffer).address, bytes);
  }

  write(buffer: DeviceBuffer, data: TypedArray): void {
    const { address, bytes } = buffer as WasmBuffer;
    this.memory.written.push({ address, bytes });
    writeElements(this.memory.memory.buffer, address, data);
  }

  read(buffer: DeviceBuffer, dtype: DType, byteOffset: number, length: number): TypedArray {
    return readElements(this.memory.memory.buffer, dtype, (buffer as WasmBuffer).address + byteOffset, length);
  }

  async compile(program: Program): Promise<Executable> {
    const executable = await this.#compiler.compile(program);
    return {
      run: (arena, bound) => {
        this.latest = { arena: arena as WasmBuffer, bound: bound as readonly WasmBuffer[] };
        return executable.run(arena, bound);
      },
      release: () => executable.release(),
    };
  }

  close(): void {
    this.#compiler.close();
  }
}
