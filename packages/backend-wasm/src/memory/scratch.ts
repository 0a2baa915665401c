import type { WasmMemory } from './wasm-memory.js';

/**
 * A block that programs use one after the other for what lies between their stages; it grows to what the largest one
 * needs.
 */
export class Scratch {
  #address = 0;
  #bytes = 0;

  constructor(readonly memory: WasmMemory) {}

  /** The address of at least this many bytes. It may change whenever more is asked for. */
  address(bytes: number): number {
    if (bytes > this.#bytes) {
      if (this.#bytes > 0) this.memory.free(this.#address, this.#bytes);
      this.#address = this.memory.allocate(bytes);
      this.#bytes = bytes;
    }
    return this.#address;
  }
}
