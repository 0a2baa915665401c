import type { DeviceBuffer } from '../backend/backend.js';
import { isAdjointError } from '../errors.js';
import type { TypedArray } from '../tensor/dtype.js';
import type { Device } from './device.js';

/** Most bytes that are taken before the event loop has a turn, in which what was collected gives its memory back. */
const mostWithoutTurn = 2 ** 30;

/**
 * The device memory of a variable. Where there is none while the variable is made, which waits for nothing, the value
 * stays on the host until the variable is used.
 */
export class VariableMemory {
  /** Held apart: what frees the buffer must not keep the value on the host. */
  readonly #place: { buffer?: DeviceBuffer } = {};
  #waiting: TypedArray | undefined;

  constructor(
    readonly device: Device,
    readonly bytes: number,
    initial: TypedArray,
  ) {
    if (device.takenSinceTurn === 0 || device.takenSinceTurn + bytes <= mostWithoutTurn)
      try {
        this.#place.buffer = device.allocate(bytes);
      } catch (error) {
        if (!isAdjointError(error) || error.code !== 'OUT_OF_MEMORY') throw error;
      }
    this.write(initial);
  }

  /** @throws AdjointError `OUT_OF_MEMORY` */
  get buffer(): DeviceBuffer {
    const buffer = (this.#place.buffer ??= this.device.allocate(this.bytes));
    if (this.#waiting) this.device.backend.write(buffer, this.#waiting);
    this.#waiting = undefined;
    return buffer;
  }

  write(data: TypedArray): void {
    if (this.#place.buffer) this.device.backend.write(this.#place.buffer, data);
    else this.#waiting = data.slice();
  }

  /** Frees the buffer; the function refers to nothing else. */
  get release(): () => void {
    const { device } = this;
    const place = this.#place;
    return () => {
      if (place.buffer) device.release(place.buffer);
      delete place.buffer;
    };
  }
}
