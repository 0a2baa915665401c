import { bestSplit, errorOf, sumsOf, type Sample, type Split } from './split.js';

/** A tree as arrays with one entry a node; node 0 is the root, and a leaf is its own left and right. */
export interface Nodes {
  readonly feature: number[];
  readonly threshold: number[];
  readonly left: number[];
  readonly right: number[];
  /** The weighted mean of the targets of the examples there: of classes, their shares. */
  readonly value: Float64Array[];
}

export interface Limits {
  /** Leaves at most. */
  readonly leaves: number;
  /** Splits on the way to a leaf at most. */
  readonly depth: number;
  /** Examples that a leaf must have. */
  readonly least: number;
}

/** A leaf that may yet be split. */
interface Open {
  readonly node: number;
  readonly depth: number;
  readonly sorted: readonly Int32Array[];
  readonly split: Split;
}

/** Errors below this share of the root's are rounding. */
const pure = 1e-12;

/**
 * Grows a regression or classification tree (CART; Breiman et al. 1984), the leaf first that lowers the squared error most.
 * Classes as 1 and 0 make that the Gini impurity. Without pruning.
 */
export function growTree(sample: Sample, { leaves, depth: deepest, least }: Limits): Nodes {
  const tree: Nodes = { feature: [], threshold: [], left: [], right: [], value: [] };
  const open: Open[] = [];
  const side = new Uint8Array(sample.weights.length);
  let whole: number | undefined;

  const add = (sorted: readonly Int32Array[], depth: number): number => {
    const node = tree.value.length;
    const sums = sumsOf(sample, sorted[0]!);
    tree.feature.push(0);
    tree.threshold.push(0);
    tree.left.push(node);
    tree.right.push(node);
    tree.value.push(sums.outputs.map((sum) => sum / sums.weight));
    if (depth === deepest || leaves < 2) return node;
    const error = errorOf(sample, sorted[0]!, sums);
    whole ??= error;
    const split = error > pure * whole ? bestSplit(sample, sorted, sums, least) : undefined;
    if (split) open.push({ node, depth, sorted, split });
    return node;
  };

  add(sortedByFeature(sample), 0);
  for (let count = 1; count < leaves && open.length > 0; count++) {
    const [{ node, depth, sorted, split }] = open.splice(indexOfBest(open), 1) as [Open];
    for (const row of sorted[0]!)
      side[row] = sample.inputs[row * sample.features + split.feature]! <= split.threshold ? 1 : 0;
    const part = (which: number) => sorted.map((rows) => rows.filter((row) => side[row] === which));
    const [below, above] = [part(1), part(0)];
    tree.feature[node] = split.feature;
    tree.threshold[node] = split.threshold;
    tree.left[node] = add(below, depth + 1);
    tree.right[node] = add(above, depth + 1);
  }
  return tree;
}

function indexOfBest(open: readonly Open[]): number {
  let best = 0;
  for (let i = 1; i < open.length; i++) if (open[i]!.split.gain > open[best]!.split.gain) best = i;
  return best;
}

function sortedByFeature({ inputs, features, weights }: Sample): Int32Array[] {
  return Array.from({ length: features }, (_, feature) => {
    const rows = Int32Array.from(weights, (_weight, row) => row);
    return rows.sort((a, b) => inputs[a * features + feature]! - inputs[b * features + feature]! || a - b);
  });
}

/** The leaf that an example comes to. */
export function leafOf({ feature, threshold, left, right }: Nodes, at: (feature: number) => number): number {
  let node = 0;
  while (left[node] !== node) node = at(feature[node]!) <= threshold[node]! ? left[node]! : right[node]!;
  return node;
}
