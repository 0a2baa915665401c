import type { Tensor } from '../graph/tensor.js';
import { copyKernel, kernelOf } from './kernel.js';
import type { RegionOrder } from './order-regions.js';
import type { Copy } from './place-updates.js';
import type { Kernel, Program } from './program.js';
import type { Fusion, LoweredRegion } from './region.js';
import { StorageTable, type Lifetime, type MemoryBlock } from './storage-table.js';

/** What a program is handed, and what it is asked for. */
export interface Asked {
  readonly leaves: readonly Tensor[];
  readonly results: readonly Tensor[];
  /** Leaves whose values the program replaces. */
  readonly updated: ReadonlySet<Tensor>;
}

export interface Assembled {
  readonly program: Program;
  /** The storage of each result. */
  readonly outputs: readonly number[];
  /** The blocks of the arena, in the order of their storages. */
  readonly memory: readonly MemoryBlock[];
}

/**
 * Puts a program together over planned memory. Its kernels set aside the old values that are asked for, compute the
 * regions in order, and copy new values to their leaves.
 */
export function assemble(
  { order, updates: { inPlace, copies } }: RegionOrder,
  fusion: Fusion,
  { leaves, results, updated }: Asked,
): Assembled {
  const storedResults = results.map((result) => fusion.storedAs(result)!);
  const oldValues = [...new Set(storedResults)].filter((node) => updated.has(node));
  const firstCopy = oldValues.length + order.length;

  const table = new StorageTable(leaves);
  for (const [value, leaf] of inPlace) table.assign(value, table.of(leaf));
  const neededAtEnd = new Set([...storedResults, ...copies.map(({ from }) => from)]);
  for (const [node, lifetime] of lifetimesOf(order, oldValues.length, neededAtEnd))
    if (!table.has(node)) table.assign(node, table.reserve(node, lifetime));
  const copying = copiesAtTheEnd(copies, table, firstCopy);
  const setAside = new Map(oldValues.map((leaf) => [leaf, table.reserve(leaf, { from: 0, to: Infinity })]));

  const kernels = [
    ...[...setAside].map(([leaf, storage]) => copyKernel(leaf, table.of(leaf), storage)),
    ...order.map((region) => kernelOf(region, (node) => table.of(fusion.storedAs(node)!))),
    ...copying,
  ];
  const { storages, arenaBytes, memory } = table.plan();
  return {
    program: { storages, kernels, arenaBytes },
    outputs: storedResults.map((node) => setAside.get(node) ?? table.of(node)),
    memory,
  };
}

/** From the kernel that writes each stored node to the last that reads it; the regions' kernels are numbered from `first`. */
function lifetimesOf(
  order: readonly LoweredRegion[],
  first: number,
  neededAtEnd: ReadonlySet<Tensor>,
): Map<Tensor, Lifetime> {
  const lifetimes = new Map<Tensor, Lifetime>();
  order.forEach(({ roots, reads }, i) => {
    const kernel = first + i;
    for (const node of [...roots, ...reads]) {
      const from = lifetimes.get(node)?.from ?? kernel;
      lifetimes.set(node, { from, to: neededAtEnd.has(node) ? Infinity : kernel });
    }
  });
  return lifetimes;
}

/** Copies values to their leaves. Those of other leaves are copied aside first, since leaves may change places. */
function copiesAtTheEnd(copies: readonly Copy[], table: StorageTable, firstKernel: number): Kernel[] {
  const intoTemporaries: Kernel[] = [];
  const intoLeaves = copies.map(({ from, to }) => {
    if (from.primitive.lowering.kind !== 'leaf') return copyKernel(to, table.of(from), table.of(to));
    const temporary = table.reserve(from, { from: firstKernel, to: Infinity });
    intoTemporaries.push(copyKernel(to, table.of(from), temporary));
    return copyKernel(to, temporary, table.of(to));
  });
  return [...intoTemporaries, ...intoLeaves];
}
