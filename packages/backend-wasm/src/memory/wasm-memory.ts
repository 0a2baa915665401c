import { Allocator } from './allocator.js';

const pageBytes = 1 << 16;
/** Vectors may be read a few elements before and behind what is used of them. */
const margin = 1024;
export const maximumPages = 65536;

/** A block that holds a table. */
export interface PlacedWords {
  readonly address: number;
  readonly bytes: number;
}

/** The linear memory of a backend: blocks that are allocated and freed, and views on them. */
export class WasmMemory {
  readonly memory = new WebAssembly.Memory({ initial: 16, maximum: maximumPages });
  readonly #allocator = new Allocator(margin, (end) => this.#grow(end + margin));

  allocate(bytes: number): number {
    return this.#allocator.allocate(bytes);
  }

  free(address: number, bytes: number): void {
    this.#allocator.free(address, bytes);
  }

  /** Allocates a block that holds the given words. */
  place(words: Int32Array): PlacedWords {
    const address = this.allocate(words.byteLength);
    new Int32Array(this.memory.buffer, address, words.length).set(words);
    return { address, bytes: words.byteLength };
  }

  #grow(end: number): void {
    const missing = end - this.memory.buffer.byteLength;
    if (missing > 0) this.memory.grow(Math.ceil(missing / pageBytes));
  }
}
