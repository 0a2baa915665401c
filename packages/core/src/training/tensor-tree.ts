import { Variable } from '../engine/variable.js';
import type { Tensor } from '../graph/tensor.js';
import type { HostTensor } from '../tensor/host-tensor.js';

/** Leaves in records and lists, to any depth. */
export type Tree<Leaf> = Leaf | readonly Tree<Leaf>[] | { readonly [name: string]: Tree<Leaf> };

/** A tree of host tensors as it looks inside a trace. */
export type Traced<T> = T extends HostTensor ? Tensor : { [K in keyof T]: Traced<T[K]> };

/** Leaves with their paths, `stem/weight/mean`, in the order in which they stand; what is undefined is left out. */
export function leavesOf<Leaf>(tree: Tree<Leaf>, path = ''): [path: string, leaf: Leaf][] {
  if (!isBranch(tree)) return [[path, tree as Leaf]];
  return Object.entries(tree).flatMap(([name, part]) =>
    part === undefined ? [] : leavesOf<Leaf>(part as Tree<Leaf>, path === '' ? name : `${path}/${name}`),
  );
}

/** The same tree with other leaves, which may depend on the paths of `leavesOf`. */
export function mapLeaves<Leaf, Other>(
  tree: Tree<Leaf>,
  change: (leaf: Leaf, path: string) => Other,
  path = '',
): Tree<Other> {
  if (!isBranch(tree)) return change(tree as Leaf, path);
  const next = (part: unknown, name: string): Tree<Other> =>
    mapLeaves(part as Tree<Leaf>, change, path === '' ? name : `${path}/${name}`);
  if (Array.isArray(tree)) return tree.map((part, i) => next(part, String(i)));
  return Object.fromEntries(
    Object.entries(tree).flatMap(([name, part]) => (part === undefined ? [] : [[name, next(part, name)]])),
  );
}

function isBranch(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  // Tensors, host tensors, and types that stand for them.
  return !(value instanceof Variable || ('shape' in value && 'dtype' in value));
}
