import { NativeBuffer } from './native-buffer.js';

/** Memory that the programs of a backend use while they run, one after the other. It grows to what the largest one needs. */
export class ScratchMemory {
  #buffer = new NativeBuffer(0);

  /** The address of at least this many bytes; earlier addresses are no longer valid. */
  reserve(bytes: number): bigint {
    if (bytes > this.#buffer.bytes) this.#buffer = new NativeBuffer(bytes);
    return this.#buffer.address;
  }

  free(): void {
    this.#buffer = new NativeBuffer(0);
  }
}
