import type { DeviceBuffer, Executable } from '../backend/backend.js';
import type { Device, Idle } from './device.js';

/**
 * What a compiled function holds of its device. It refers to nothing of the function, so that it can be freed when the
 * function is collected.
 */
export class ProgramMemory implements Idle {
  executable: Executable | undefined;
  /** Of all memory that is written once. */
  constantBytes = 0;
  /** By the index under which the program knows them; those of inputs come and go. */
  readonly #bound: (DeviceBuffer | undefined)[] = [];
  readonly #constants: DeviceBuffer[] = [];
  readonly #inputs: { readonly index: number; readonly bytes: number }[] = [];

  constructor(readonly device: Device) {}

  /** Memory that others own. */
  bind(buffer: DeviceBuffer): void {
    this.#bound.push(buffer);
  }

  /** Memory that is written once. */
  addConstant(bytes: number): DeviceBuffer {
    const buffer = this.device.allocate(bytes);
    this.constantBytes += bytes;
    this.#constants.push(buffer);
    this.#bound.push(buffer);
    return buffer;
  }

  /** Memory that is written before each run; returns its index. */
  addInput(bytes: number): number {
    const index = this.#bound.push(undefined) - 1;
    this.#inputs.push({ index, bytes });
    return index;
  }

  /** All bound memory, for a run. */
  use(): readonly DeviceBuffer[] {
    this.device.use(this);
    for (const { index, bytes } of this.#inputs) this.#bound[index] ??= this.device.allocate(bytes);
    return this.#bound as readonly DeviceBuffer[];
  }

  /** The run is over. */
  rest(): void {
    if (this.#inputs.length > 0) this.device.rest(this);
  }

  get idleBytes(): number {
    return this.#inputs.reduce((sum, { index }) => sum + (this.#bound[index]?.bytes ?? 0), 0);
  }

  dropIdle(): void {
    for (const { index } of this.#inputs) {
      const buffer = this.#bound[index];
      if (buffer) this.device.release(buffer);
      this.#bound[index] = undefined;
    }
  }

  release(): void {
    this.device.use(this);
    this.dropIdle();
    for (const buffer of this.#constants.splice(0)) this.device.release(buffer);
    this.executable?.release();
    this.executable = undefined;
  }
}
