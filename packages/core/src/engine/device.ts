import type { Backend, DeviceBuffer } from '../backend/backend.js';
import { AdjointError, isAdjointError } from '../errors.js';
import { macrotask } from './macrotask.js';

/** Memory that can be given back at any time between runs, since it is written anew before it is read. */
export interface Idle {
  readonly idleBytes: number;
  dropIdle(): void;
}

/** Most bytes of inputs that functions keep between their runs; beyond it those of the longest unused go first. */
const idleLimit = 256 * 2 ** 20;

/** A backend and the memory that one engine has of it. */
export class Device {
  #heldBytes = 0;
  #takenSinceTurn = 0;
  #arena: DeviceBuffer | undefined;
  /** Longest unused first. */
  readonly #idle = new Set<Idle>();
  #closed = false;

  constructor(readonly backend: Backend) {}

  /** Bytes that variables, constants, inputs and the arena take at present. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /**
   * Zero-filled memory. Where there is none, inputs of functions that are not running are given back first.
   * @throws AdjointError `OUT_OF_MEMORY`
   */
  allocate(bytes: number): DeviceBuffer {
    let buffer: DeviceBuffer;
    try {
      buffer = this.backend.allocate(bytes);
    } catch (error) {
      if (isAdjointError(error)) throw error;
      if (this.#idle.size === 0) throw this.#outOfMemory(bytes, error);
      this.#dropIdle(0);
      return this.allocate(bytes);
    }
    this.#heldBytes += buffer.bytes;
    this.#takenSinceTurn += buffer.bytes;
    return buffer;
  }

  /** Bytes allocated since the event loop last had a turn. */
  get takenSinceTurn(): number {
    return this.#takenSinceTurn;
  }

  /** Lets finalizers run, which give back what was collected. */
  async turn(): Promise<void> {
    this.#takenSinceTurn = 0;
    await macrotask();
  }

  /** Allocates; where that fails, again after finalizers had a turn. `allocate` must bear to run twice. */
  async withTurn<T>(allocate: () => T): Promise<T> {
    try {
      return allocate();
    } catch (error) {
      if (!isAdjointError(error) || error.code !== 'OUT_OF_MEMORY') throw error;
      await this.turn();
      return allocate();
    }
  }

  release(buffer: DeviceBuffer): void {
    if (this.#closed) return;
    this.#heldBytes -= buffer.bytes;
    this.backend.release(buffer);
  }

  /** The scratch memory that all programs share, at least `bytes` large. */
  arena(bytes: number): DeviceBuffer {
    if (this.#arena && this.#arena.bytes >= bytes) return this.#arena;
    if (this.#arena) this.release(this.#arena);
    this.#arena = undefined;
    return (this.#arena = this.allocate(bytes));
  }

  /** Says that the memory is in use from now on … */
  use(memory: Idle): void {
    this.#idle.delete(memory);
  }

  /** … and that it is not. */
  rest(memory: Idle): void {
    this.#idle.add(memory);
    this.#dropIdle(idleLimit);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#idle.clear();
    this.backend.close();
  }

  #dropIdle(limit: number): void {
    let total = [...this.#idle].reduce((sum, { idleBytes }) => sum + idleBytes, 0);
    for (const memory of this.#idle) {
      if (total <= limit) return;
      total -= memory.idleBytes;
      memory.dropIdle();
      this.#idle.delete(memory);
    }
  }

  #outOfMemory(bytes: number, cause: unknown): AdjointError {
    return new AdjointError(
      'OUT_OF_MEMORY',
      `The ${this.backend.name} backend has no ${megabytes(bytes)} of memory left; this app holds ${megabytes(this.#heldBytes)}. Use a smaller batch or model, close what is no longer needed (trainer.close(), app.close()), or another backend.`,
      { cause },
    );
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(bytes < 2 ** 20 ? 3 : 0)} MiB`;
}
