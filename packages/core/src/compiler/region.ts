import type { Tensor } from '../graph/tensor.js';
import { topologicalOrder } from '../graph/topological-order.js';
import type { LoopProgram } from '../loops/loop-program.js';
import type { CompiledRepeat } from './repeat.js';
import type { StoreReason } from './stored-values.js';

/** A part of the graph that runs as one kernel: at most one reduction or scatter, with elementwise work around it. */
export interface Region {
  /** The reduction or scatter; a region without one is elementwise. */
  readonly anchor: Tensor | undefined;
  /** The nodes after the anchor, in order, that are computed from its result; the last one is stored. */
  readonly epilogue: readonly Tensor[];
  /** The nodes whose values are stored. All have one shape if there is no anchor. */
  readonly roots: readonly Tensor[];
}

/** Which nodes are kept in memory, and which run together. */
export interface Fusion {
  readonly regions: readonly Region[];
  /** Why each stored node is stored. */
  readonly reasons: ReadonlyMap<Tensor, readonly StoreReason[]>;
  /** The node whose storage holds the values of a node, if they are in memory: itself, or what it reshapes. */
  storedAs(node: Tensor): Tensor | undefined;
}

/** A loop program with the stored node that each of its buffers holds. */
export interface RegionLoops {
  readonly program: LoopProgram;
  readonly buffers: readonly Tensor[];
}

/** A region in its final extent, with all that the later passes ask of it. */
export interface LoweredRegion extends Region {
  /** The nodes that it computes, inputs before users. */
  readonly nodes: readonly Tensor[];
  /** The stored nodes that it reads. */
  readonly reads: ReadonlySet<Tensor>;
  /** Empty for a loop over time, whose body has loops of its own. */
  readonly loops: readonly RegionLoops[];
  readonly repeat?: CompiledRepeat;
}

/** The nodes that a region computes, inputs before users. */
export function nodesOf({ anchor, roots }: Region, fusion: Fusion): Tensor[] {
  // Values in memory are read, not computed; a reshape of such a value is another view of it.
  const isRead = (node: Tensor): boolean =>
    node !== anchor && !roots.includes(node) && fusion.storedAs(node) !== undefined;
  return topologicalOrder(roots, isRead).filter((node) => !isRead(node));
}

/** The stored nodes that a region of these nodes and roots reads. */
export function readsOf(nodes: readonly Tensor[], roots: readonly Tensor[], fusion: Fusion): Set<Tensor> {
  const reads = new Set<Tensor>();
  for (const node of nodes) {
    for (const input of node.inputs) {
      const storage = fusion.storedAs(input);
      if (storage && !roots.includes(storage)) reads.add(storage);
    }
  }
  return reads;
}
