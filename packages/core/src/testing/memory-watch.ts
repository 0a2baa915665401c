import { AdjointError } from '../errors.js';
import type { TypedArray } from '../tensor/dtype.js';

const nobody = -1;
const several = -2;

interface Accesses {
  readonly readers: Int32Array;
  readonly writers: Int32Array;
}

/** Watches that steps of a nest that may run at once do not meet in memory: what one writes, no other reads or writes. */
export class MemoryWatch {
  /** The step of the parallel axes that is running. */
  thread = 0;
  readonly #memories = new Map<ArrayBufferLike, Accesses>();

  read(array: TypedArray, at: number): void {
    const { readers, writers } = this.#memory(array);
    const place = placeOf(array, at);
    if (writers[place] !== nobody && writers[place] !== this.thread)
      throw this.#race('reads', writers[place]!, 'writes');
    if (readers[place] !== this.thread) readers[place] = readers[place] === nobody ? this.thread : several;
  }

  write(array: TypedArray, at: number): void {
    const { readers, writers } = this.#memory(array);
    const place = placeOf(array, at);
    if (readers[place] !== nobody && readers[place] !== this.thread)
      throw this.#race('writes', readers[place]!, 'reads');
    if (writers[place] !== nobody && writers[place] !== this.thread)
      throw this.#race('writes', writers[place]!, 'writes');
    writers[place] = this.thread;
  }

  #memory({ buffer }: TypedArray): Accesses {
    let memory = this.#memories.get(buffer);
    if (!memory) {
      const places = Math.ceil(buffer.byteLength / 4);
      memory = { readers: new Int32Array(places).fill(nobody), writers: new Int32Array(places).fill(nobody) };
      this.#memories.set(buffer, memory);
    }
    return memory;
  }

  #race(does: string, other: number, did: string): AdjointError {
    return new AdjointError(
      'LOOPS_INVALID',
      `Loop program: step ${this.thread} of the parallel axes ${does} what ${other === several ? 'several others' : `step ${other}`} ${did}.`,
    );
  }
}

/** In words of four bytes, the smallest element. */
function placeOf(array: TypedArray, at: number): number {
  return (array.byteOffset + at * array.BYTES_PER_ELEMENT) / 4;
}
