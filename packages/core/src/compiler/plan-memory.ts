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
  const placed: number[] = [];
  let total = 0;
  const bySize = [...blocks.keys()].sort((a, b) => blocks[b]!.bytes - blocks[a]!.bytes || a - b);
  for (const i of bySize) {
    const block = blocks[i]!;
    const busy = placed.filter((other) => blocks[other]!.from <= block.to && block.from <= blocks[other]!.to).sort((a, b) => offsets[a]! - offsets[b]!);
    let offset = 0;
    for (const other of busy) {
      if (offsets[other]! >= offset + block.bytes) break;
      offset = Math.max(offset, aligned(offsets[other]! + blocks[other]!.bytes));
    }
    offsets[i] = offset;
    placed.push(i);
    total = Math.max(total, offset + block.bytes);
  }
  return { offsets, bytes: aligned(total) };
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / alignment) * alignment;
}
