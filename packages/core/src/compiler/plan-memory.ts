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
  // Plain lists of numbers, since every block is compared with many.
  const sizes = blocks.map(({ bytes }) => bytes);
  const starts = blocks.map(({ from }) => from);
  const ends = blocks.map(({ to }) => to);
  const offsets = new Array<number>(blocks.length).fill(0);
  /** Blocks that have their place, in the order of their offsets. */
  const placed: number[] = [];
  let total = 0;
  const bySize = [...blocks.keys()].sort((a, b) => sizes[b]! - sizes[a]! || a - b);
  for (const block of bySize) {
    let offset = 0;
    let position = 0;
    for (; position < placed.length; position++) {
      const other = placed[position]!;
      if (starts[other]! > ends[block]! || starts[block]! > ends[other]!) continue;
      if (offsets[other]! >= offset + sizes[block]!) break;
      offset = Math.max(offset, aligned(offsets[other]! + sizes[other]!));
    }
    offsets[block] = offset;
    while (position > 0 && offsets[placed[position - 1]!]! > offset) position--;
    placed.splice(position, 0, block);
    total = Math.max(total, offset + sizes[block]!);
  }
  return { offsets, bytes: aligned(total) };
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / alignment) * alignment;
}
