import { cacheLine, wholeLines } from '@adjoint/core/backend';

/** First-fit allocation in a growing range of addresses; freed neighbours are joined. Blocks are whole cache lines. */
export class Allocator {
  /** Free ranges, ascending, never touching. */
  #free: { start: number; bytes: number }[] = [];

  /** `grow` makes addresses up to `end` usable. */
  constructor(
    public end: number,
    readonly grow: (end: number) => void,
  ) {}

  allocate(bytes: number): number {
    const size = sizeOfBlock(bytes);
    const fit = this.#free.find((range) => range.bytes >= size);
    if (fit) {
      const { start } = fit;
      fit.start += size;
      fit.bytes -= size;
      if (fit.bytes === 0) this.#free.splice(this.#free.indexOf(fit), 1);
      return start;
    }
    const start = this.end;
    this.grow(start + size);
    this.end = start + size;
    return start;
  }

  free(start: number, bytes: number): void {
    const size = sizeOfBlock(bytes);
    const at = this.#free.findIndex((range) => range.start > start);
    this.#free.splice(at < 0 ? this.#free.length : at, 0, { start, bytes: size });
    this.#free = this.#free.reduce<{ start: number; bytes: number }[]>((joined, range) => {
      const last = joined.at(-1);
      if (last && last.start + last.bytes === range.start) last.bytes += range.bytes;
      else joined.push(range);
      return joined;
    }, []);
  }
}

/** An empty block has an address of its own, too. */
function sizeOfBlock(bytes: number): number {
  return Math.max(cacheLine, wholeLines(bytes));
}
