import { constantPrimitive } from '../graph/primitives/constant.js';
import { isNodeOf, type Primitive } from '../graph/primitive.js';
import { scanPrimitive } from '../graph/primitives/scan.js';
import { Tensor } from '../graph/tensor.js';
import { assemble, type Assembled } from './assemble.js';
import { fuse } from './fuse.js';
import { mergeRegions } from './merge-regions.js';
import { orderRegions } from './order-regions.js';
import { placeUpdates, type Update } from './place-updates.js';
import { compileRepeat } from './repeat.js';
import type { Fusion, LoweredRegion } from './region.js';
import { simplify } from './simplify.js';

/** What a program computes. Leaves, and nodes whose values are known, are bound to buffers in the order of `leaves`. */
export interface Graph {
  readonly outputs: readonly Tensor[];
  /** Values that replace those of leaves when the program has run. */
  readonly updates: readonly Update[];
  readonly leaves: readonly Tensor[];
}

/** A program, and what the passes made on the way to it. */
export interface CompiledGraph extends Assembled {
  /** The graph after `simplify`. */
  readonly simplified: Graph;
  /** The regions in the order of their kernels. */
  readonly regions: readonly LoweredRegion[];
  /** Why each stored node is stored. */
  readonly reasons: Fusion['reasons'];
}

/**
 * Compiles a graph. The passes, in order:
 * 1. simplify: rewrites the graph to an equal one with less work;
 * 2. fuse: decides which values are stored, and groups the rest into regions, one for each kernel;
 * 3. mergeRegions: joins regions that pass over the same memory, and lowers each to loops (`lowerRegion`, which removes
 *    what the loops do not need with `normalizeProgram`); the body of a loop over time is compiled by itself;
 * 4. placeUpdates: decides which new values of variables may be computed in the variables' own memory;
 * 5. orderRegions: puts the regions in order, so that values are written before and overwritten after they are read;
 * 6. assemble: gives every stored value its memory (`planMemory`), and makes the kernels.
 */
export function compileGraph(graph: Graph): CompiledGraph {
  const simplified = simplifyGraph(graph);
  const { outputs: results, updates, leaves } = simplified;
  const fusion = fuse(
    results,
    updates.map(({ value }) => value),
  );
  const regions = mergeRegions(fusion).map((region) => {
    const scans = region.roots.filter((root) => isNodeOf(root, scanPrimitive));
    return scans.length === 0 ? region : { ...region, repeat: compileRepeat(scans, compileGraph) };
  });
  const ordered = orderRegions(regions, placeUpdates(updates, fusion));
  const updated = new Set(updates.map(({ leaf }) => leaf));
  return {
    ...assemble(ordered, fusion, { results, leaves, updated }),
    simplified,
    regions: ordered.order,
    reasons: fusion.reasons,
  };
}

/**
 * The same graph with simplified nodes, for what executes graphs rather than loops. Leaves keep their places; those whose
 * values are known become constants, to which `leaves` of the graph that was given has the values.
 */
export function simplifyGraph({ outputs, updates, leaves }: Graph): Graph {
  const bound = leaves.map((node) =>
    node.primitive.lowering.kind === 'leaf'
      ? node
      : new Tensor(constantPrimitive as Primitive, [], node.type, node.type, undefined),
  );
  const roots = simplify(
    [...outputs, ...updates.map(({ value }) => value)],
    new Map(leaves.map((node, i) => [node, bound[i]!])),
  );
  return {
    outputs: roots.slice(0, outputs.length),
    updates: updates.map(({ leaf }, i) => ({ leaf, value: roots[outputs.length + i]! })),
    leaves: bound,
  };
}
