import type { Tensor } from '../graph/tensor.js';
import { copyKernel, kernelOf } from './kernel.js';
import type { RegionOrder } from './order-regions.js';
import type { Copy } from './place-updates.js';
import type { Kernel, Program } from './program.js';
import type { Fusion, LoweredRegion } from './region.js';
import { repeatKernels, type RepeatMemory } from './repeat.js';
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
  /** What the last storages hold, which are parts of others: the nodes of bodies of loops over time. */
  readonly parts: readonly Tensor[];
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
  const spans = spansOf(order, oldValues.length);
  const firstCopy = (spans.at(-1)?.to ?? oldValues.length - 1) + 1;

  const table = new StorageTable(leaves);
  for (const [value, leaf] of inPlace) table.assign(value, table.of(leaf));
  const neededAtEnd = new Set([...storedResults, ...copies.map(({ from }) => from)]);
  for (const [node, lifetime] of lifetimesOf(order, spans, neededAtEnd))
    if (!table.has(node)) table.assign(node, table.reserve(node, lifetime));
  const copying = copiesAtTheEnd(copies, table, firstCopy);
  const setAside = new Map(oldValues.map((leaf) => [leaf, table.reserve(leaf, { from: 0, to: Infinity })]));
  const storageOf = (node: Tensor): number => table.of(fusion.storedAs(node)!);
  const repeats = reserveForRepeats(order, spans, table);

  const kernels = [
    ...[...setAside].map(([leaf, storage]) => copyKernel(leaf, table.of(leaf), storage)),
    ...order.flatMap((region) => {
      if (!region.repeat) return [kernelOf(region, storageOf)];
      return repeatKernels(region.repeat, region, { ...repeats.get(region)!, table, storageOf });
    }),
    ...copying,
  ];
  const { storages, arenaBytes, memory, parts } = table.plan();
  return {
    program: { storages, kernels, arenaBytes },
    outputs: storedResults.map((node) => setAside.get(node) ?? table.of(node)),
    memory,
    parts,
  };
}

/** The first and the last kernel of each region: a repeat begins with a copy for each of its carries. */
function spansOf(order: readonly LoweredRegion[], first: number): Lifetime[] {
  let next = first;
  return order.map(({ repeat }) => {
    const from = next;
    next += 1 + (repeat?.leaves.filter(({ binding }) => binding.kind === 'carry').length ?? 0);
    return { from, to: next - 1 };
  });
}

/** Memory for what a repeat needs beside its inputs and results: carries that nobody asks for, and its body's arena. */
function reserveForRepeats(
  order: readonly LoweredRegion[],
  spans: readonly Lifetime[],
  table: StorageTable,
): Map<LoweredRegion, Pick<RepeatMemory, 'carries' | 'arena'>> {
  const reserved = new Map<LoweredRegion, Pick<RepeatMemory, 'carries' | 'arena'>>();
  order.forEach((region, i) => {
    const { repeat, roots } = region;
    if (!repeat) return;
    const hidden = repeat.leaves.filter(({ binding, result }) => binding.kind === 'carry' && !result);
    const carries = new Map(hidden.map(({ leaf }) => [leaf, table.reserve(leaf, spans[i]!)]));
    reserved.set(region, { carries, arena: table.reserve(roots[0]!, spans[i]!, repeat.body.program.arenaBytes) });
  });
  return reserved;
}

/** From the kernel that writes each stored node to the last that reads it. */
function lifetimesOf(
  order: readonly LoweredRegion[],
  spans: readonly Lifetime[],
  neededAtEnd: ReadonlySet<Tensor>,
): Map<Tensor, Lifetime> {
  const lifetimes = new Map<Tensor, Lifetime>();
  order.forEach(({ roots, reads }, i) => {
    const span = spans[i]!;
    for (const node of [...roots, ...reads]) {
      const from = lifetimes.get(node)?.from ?? span.from;
      lifetimes.set(node, { from, to: neededAtEnd.has(node) ? Infinity : span.to });
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
