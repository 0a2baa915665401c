/** A block that must be in memory from one step to another (both included). */
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
  const offsets = new Array<number>(blocks.length).fill(0);
  /** Blocks that have their place, in the order of their offsets. */
  const placed: number[] = [];
  let total = 0;
  const bySize = [...blocks.keys()].sort((a, b) => blocks[b]!.bytes - blocks[a]!.bytes || a - b);
  for (const i of bySize) {
    const block = blocks[i]!;
    let offset = 0;
    let position = 0;
    for (; position < placed.length; position++) {
      const other = placed[position]!;
      const { bytes, from, to } = blocks[other]!;
      if (from > block.to || block.from > to) continue;
      if (offsets[other]! >= offset + block.bytes) break;
      offset = Math.max(offset, aligned(offsets[other]! + bytes));
    }
    offsets[i] = offset;
    while (position > 0 && offsets[placed[position - 1]!]! > offset) position--;
    placed.splice(position, 0, i);
    total = Math.max(total, offset + block.bytes);
  }
  return { offsets, bytes: aligned(total) };
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / alignment) * alignment;
}
