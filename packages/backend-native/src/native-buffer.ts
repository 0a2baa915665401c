import type { DeviceBuffer } from '@adjoint/core/backend';
import { foreignFunctions } from './library/foreign-functions.js';

/** Blocks start at whole cache lines, which are also whole vectors. */
const alignment = 64;

/** A zero-filled block of memory outside the heap. It stays where it is, and lives as long as this object. */
export class NativeBuffer implements DeviceBuffer {
  readonly memory: ArrayBuffer;
  /** Of the first byte in `memory`. */
  readonly offset: number;
  readonly address: bigint;

  constructor(readonly bytes: number) {
    this.memory = new ArrayBuffer(bytes + alignment);
    const start = foreignFunctions().address(new Uint8Array(this.memory)) as bigint;
    this.offset = Number(-start & BigInt(alignment - 1));
    this.address = start + BigInt(this.offset);
  }
}
