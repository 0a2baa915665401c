import { Stretches } from './stretches.js';

/** A block that must be in memory from one kernel to another (both included). */
export interface Block {
  readonly bytes: number;
  readonly from: number;
  readonly to: number;
}

/** Blocks start at whole cache lines. */
const alignment = 64;

/**
 * Gives each block an offset in one arena so that blocks alive at the same time do not overlap: largest first, each at
 * the lowest place that is free for its whole life.
 */
export function planMemory(blocks: readonly Block[]): { readonly offsets: readonly number[]; readonly bytes: number } {
  const periods = periodsFor(blocks);
  const offsets = new Array<number>(blocks.length).fill(0);
  let total = 0;
  const bySize = [...blocks.keys()].sort((a, b) => blocks[b]!.bytes - blocks[a]!.bytes || a - b);
  for (const i of bySize) {
    const { bytes: needed, from, to } = blocks[i]!;
    if (needed === 0) break;
    const bytes = Math.ceil(needed / alignment) * alignment;
    const within = periods.filter((period) => period.from <= to && from <= period.to);
    let offset = 0;
    // Until all periods agree.
    for (let agreed = 0; agreed < within.length;) {
      for (const period of within) {
        const place = period.firstFit(offset, { bytes, from, to });
        agreed = place === offset ? agreed + 1 : 1;
        offset = place;
      }
    }
    for (const period of within) period.add({ bytes, from, to }, offset);
    offsets[i] = offset;
    total = Math.max(total, offset + bytes);
  }
  return { offsets, bytes: total };
}

/** So many that a block is compared with about as many periods as there are blocks to look through in one. */
function periodsFor(blocks: readonly Block[]): readonly Period[] {
  const kernels = blocks.reduce((latest, { from, to }) => Math.max(latest, to < Infinity ? to : from), 0) + 1;
  const count = Math.max(1, Math.floor(Math.sqrt(blocks.length) / 4));
  const length = Math.ceil(kernels / count);
  return Array.from(
    { length: count },
    (_, i) => new Period(i * length, i === count - 1 ? Infinity : (i + 1) * length - 1),
  );
}

/** The memory that is taken during some kernels. Blocks that live all the time need not be looked at one by one. */
class Period {
  readonly #ever = new Stretches();
  readonly #always = new Stretches();
  /** Blocks that live for a part of it, in the order of their offsets. */
  readonly #partly: { readonly start: number; readonly end: number; readonly from: number; readonly to: number }[] = [];

  constructor(
    readonly from: number,
    readonly to: number,
  ) {}

  /** The lowest place from `start` on that is free while a block lives. */
  firstFit(start: number, block: Block): number {
    if (this.#isWithin(block)) return this.#ever.firstFit(start, block.bytes);
    const { bytes, from, to } = block;
    let place = this.#always.firstFit(start, bytes);
    for (const other of this.#partly) {
      if (other.start >= place + bytes) break;
      if (other.end > place && other.from <= to && from <= other.to) place = this.#always.firstFit(other.end, bytes);
    }
    return place;
  }

  add(block: Block, start: number): void {
    const end = start + block.bytes;
    this.#ever.add(start, end);
    if (this.#isWithin(block)) return this.#always.add(start, end);
    const position = this.#partly.findIndex((other) => other.start > start);
    this.#partly.splice(position < 0 ? this.#partly.length : position, 0, {
      start,
      end,
      from: block.from,
      to: block.to,
    });
  }

  #isWithin({ from, to }: Block): boolean {
    return from <= this.from && this.to <= to;
  }
}
