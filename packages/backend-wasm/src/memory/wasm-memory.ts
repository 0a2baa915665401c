import { AdjointError } from '@adjoint/core';
import { Allocator } from './allocator.js';

declare global {
  // Merges with what DOM or Node declare, and stands in where a program has the types of neither.
  namespace WebAssembly {
    interface Memory {}
  }
}

const pageBytes = 1 << 16;
/** Vectors may be read a few elements before and after what is used of them. */
const margin = 1024;
/** MiB that 32 bits can address. */
export const mostMegabytes = 4096;
const initialPages = 16;

/** A block of memory. */
export interface Block {
  readonly address: number;
  readonly bytes: number;
}

/** The linear memory of a backend: blocks that are allocated and freed, and views on them. */
export class WasmMemory {
  readonly memory: WebAssembly.Memory;
  /** What a module must state to import the memory. */
  readonly limits: { readonly minimum: 1; readonly maximum: number; readonly shared: boolean };
  readonly #allocator = new Allocator(margin, (end) => this.#grow(end + margin));

  /**
   * `shared`: among threads; `megabytes`: the most that it may grow to.
   * @throws AdjointError `BACKEND_MISSING` if the engine does not reserve it.
   */
  constructor(shared: boolean, megabytes = mostMegabytes) {
    const maximum = Math.floor((megabytes * 2 ** 20) / pageBytes);
    this.limits = { minimum: 1, maximum, shared };
    try {
      this.memory = new WebAssembly.Memory({ initial: initialPages, maximum, shared });
    } catch (cause) {
      throw new AdjointError(
        'BACKEND_MISSING',
        `The wasm backend cannot reserve ${megabytes} MiB of addresses: ${String(cause)}. Choose less with its option maxMegabytes, let the process have more (ulimit -v), or use another backend.`,
        { cause },
      );
    }
  }

  /** Beyond the last address that is in use. */
  get end(): number {
    return this.#allocator.end;
  }

  /** Zero-filled. */
  allocate(bytes: number): number {
    const address = this.#allocator.allocate(bytes);
    new Uint8Array(this.memory.buffer, address, bytes).fill(0);
    return address;
  }

  free(address: number, bytes: number): void {
    this.#allocator.free(address, bytes);
  }

  /** Allocates a block that holds the given words. */
  place(words: Int32Array): Block {
    const address = this.#allocator.allocate(words.byteLength);
    this.write(address, words);
    return { address, bytes: words.byteLength };
  }

  write(address: number, words: Int32Array): void {
    new Int32Array(this.memory.buffer, address, words.length).set(words);
  }

  #grow(end: number): void {
    const missing = end - this.memory.buffer.byteLength;
    if (missing > 0) this.memory.grow(Math.ceil(missing / pageBytes));
  }
}
