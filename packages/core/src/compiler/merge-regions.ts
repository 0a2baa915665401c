import { topologicalOrder } from '../graph/topological-order.js';
import type { Tensor } from '../graph/tensor.js';
import { sameShape } from '../tensor/shape.js';
import type { Fusion, Region } from './fuse.js';
import { lowerRegion } from './lower.js';

/** Most stores of one nest. */
const storeLimit = 8;

/**
 * Joins point regions of one shape that read the same tensors or each other, so that chains such as an optimizer's
 * update pass over memory once.
 */
export function mergeRegions(fusion: Fusion): Region[] {
  const merged: Region[] = [];
  /** Where each stored node is computed, as a position in `merged`. */
  const position = new Map<Tensor, number>();
  const readsOf = new Map<Region, Set<Tensor>>();
  for (const region of fusion.regions) {
    const reads = readsOfRegion(region, fusion);
    const latest = Math.max(-1, ...[...reads].map((node) => position.get(node) ?? -1));
    const target = region.core ? undefined : findTarget(region, reads, merged, latest, readsOf, fusion);
    if (target === undefined) {
      readsOf.set(region, reads);
      for (const root of region.roots) position.set(root, merged.length);
      merged.push(region);
    } else {
      const into = merged[target]!;
      into.roots = [...into.roots, ...region.roots];
      for (const node of reads) readsOf.get(into)!.add(node);
      for (const root of region.roots) position.set(root, target);
    }
  }
  return merged;
}

/** The last region at or behind everything that is read, of the same shape and with memory traffic in common. */
function findTarget(
  region: Region,
  reads: ReadonlySet<Tensor>,
  merged: readonly Region[],
  latest: number,
  readsOf: Map<Region, Set<Tensor>>,
  fusion: Fusion,
): number | undefined {
  const [root] = region.roots as [Tensor];
  for (let at = merged.length - 1; at >= Math.max(0, latest); at--) {
    const candidate = merged[at]!;
    if (
      candidate.core ||
      candidate.roots.length + region.roots.length > storeLimit ||
      !sameShape(candidate.roots[0]!.shape, root.shape)
    )
      continue;
    const shared = [...reads].some(
      (node) => candidate.roots.includes(node) || (node.size >= root.size && readsOf.get(candidate)!.has(node)),
    );
    if (shared && lowerRegion({ ...candidate, roots: [...candidate.roots, ...region.roots] }, fusion)) return at;
  }
  return undefined;
}

/** Stored nodes that a region reads. */
export function readsOfRegion(region: Region, fusion: Fusion): Set<Tensor> {
  const reads = new Set<Tensor>();
  for (const node of nodesOfRegion(region, fusion)) {
    for (const input of node.inputs) {
      const storage = fusion.storedAs(input);
      if (storage && !region.roots.includes(storage)) reads.add(storage);
    }
  }
  return reads;
}

/** Nodes that a region computes, inputs before users. */
export function nodesOfRegion(region: Region, fusion: Fusion): Tensor[] {
  const inside = new Set<Tensor>(region.roots);
  const pending = [...region.roots];
  for (let node = pending.pop(); node; node = pending.pop()) {
    for (const input of node.inputs) {
      // Values in memory are read, not computed; a reshape of such a value is another view of it.
      const own = region.roots.includes(input) || (region.core !== undefined && input === region.core);
      if (inside.has(input) || (!own && fusion.storedAs(input))) continue;
      inside.add(input);
      pending.push(input);
    }
  }
  return topologicalOrder(region.roots, (node) => !inside.has(node)).filter((node) => inside.has(node));
}
