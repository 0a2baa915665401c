import type { Tensor } from '../graph/tensor.js';
import { topologicalOrder } from '../graph/topological-order.js';
import { axisIndex, constantIndex, indicesKey } from '../loops/index-expression.js';
import type { Index } from '../loops/loop-program.js';
import { mergeIndices, mergesTo } from '../loops/reshape-index.js';
import type { Fusion, Region } from './region.js';

/** Above this much work a value is stored rather than computed again by a second user. */
const recomputeLimit = 1;
/** Above this much work an expression is cut, so that kernels and recursion stay small. */
const expressionLimit = 80;

/**
 * Decides what is stored and forms regions: point nodes are computed where they are used, reductions take their inputs'
 * point work in and continue with the point work behind them.
 */
export function fuse(roots: readonly Tensor[]): Fusion {
  const order = topologicalOrder(roots);
  const users = collectUsers(order);
  const stored = requiredInMemory(order, roots, users);
  const isStored = (node: Tensor): boolean => stored.has(node);
  const storedAs = (node: Tensor): Tensor | undefined => {
    let at = node;
    while (!isStored(at) && at.primitive.lowering.kind === 'alias') at = at.inputs[0]!;
    return isStored(at) ? at : undefined;
  };

  const regions: Region[] = [];
  // Where the results of two anchors meet, the node belongs to the first.
  const taken = new Set<Tensor>();
  for (const node of order) {
    const { kind } = node.primitive.lowering;
    if (kind === 'reduction' || kind === 'scatter') {
      const epilogue =
        kind === 'reduction' && !node.primitive.lowering.scan ? epilogueOf(node, users, isStored, taken) : [];
      for (const behind of epilogue) taken.add(behind);
      const root = epilogue.at(-1) ?? node;
      stored.add(root);
      regions.push({ anchor: node, epilogue, roots: [root] });
    }
  }
  const anchored = new Set(regions.flatMap((region) => region.roots));
  for (const node of order)
    if (isStored(node) && node.primitive.lowering.kind === 'point' && !anchored.has(node))
      regions.push({ anchor: undefined, epilogue: [], roots: [node] });
  const position = new Map(order.map((node, i) => [node, i]));
  regions.sort((a, b) => position.get(a.roots[0]!)! - position.get(b.roots[0]!)!);
  return { regions, storedAs };
}

function collectUsers(order: readonly Tensor[]): Map<Tensor, Set<Tensor>> {
  const users = new Map<Tensor, Set<Tensor>>(order.map((node) => [node, new Set()]));
  for (const node of order) for (const input of node.inputs) users.get(input)!.add(node);
  return users;
}

/** Leaves, outputs, what a kernel reads at computed or repeated places, and what would be computed again too often. */
function requiredInMemory(
  order: readonly Tensor[],
  roots: readonly Tensor[],
  users: Map<Tensor, Set<Tensor>>,
): Set<Tensor> {
  const stored = new Set<Tensor>();
  const work = new Map<Tensor, number>();
  const require = (node: Tensor): void => {
    let at = node;
    while (at.primitive.lowering.kind === 'alias') at = at.inputs[0]!;
    stored.add(at);
  };
  const isAnchor = (node: Tensor): boolean =>
    node.primitive.lowering.kind === 'reduction' || node.primitive.lowering.kind === 'scatter';
  for (const root of roots) require(root);
  for (const node of order) {
    const { lowering } = node.primitive;
    if (lowering.kind === 'leaf') stored.add(node);
    if ((lowering.kind === 'point' || lowering.kind === 'reduction') && lowering.stored)
      for (const i of lowering.stored) require(node.inputs[i]!);
    if (lowering.kind === 'reduction' && lowering.contraction)
      for (const input of node.inputs) requireOperand(input, require);
    if (lowering.kind === 'alias' && !mergesTo(node.shape, node.inputs[0]!.shape)) require(node.inputs[0]!);
  }
  for (const node of order) {
    if (stored.has(node) || isAnchor(node) || node.primitive.lowering.kind === 'leaf') {
      work.set(node, 0);
      continue;
    }
    const total =
      ownWork(node) + node.inputs.reduce((sum, input) => sum + (stored.has(input) ? 0 : work.get(input)!), 0);
    const again = users.get(node)!.size > 1 && total > recomputeLimit;
    const spreads =
      [...users.get(node)!].some((user) => user.primitive.repeats && user.size >= 2 * node.size) &&
      total > 0;
    if (node.primitive.lowering.kind === 'point' && (again || spreads || total > expressionLimit)) {
      stored.add(node);
      work.set(node, 0);
    } else work.set(node, total);
  }
  return stored;
}

/** A contraction packs its operands through index maps, so what those maps start from must be in memory. */
function requireOperand(operand: Tensor, require: (node: Tensor) => void): void {
  let at = operand;
  while (isIndexMap(at)) at = at.inputs[0]!;
  if (at.primitive.lowering.kind !== 'point' || at.inputs.length > 0) require(at);
}

function isIndexMap(node: Tensor): boolean {
  return (
    node.primitive.indexMap === true ||
    (node.primitive.lowering.kind === 'alias' && mergesTo(node.shape, node.inputs[0]!.shape))
  );
}

function ownWork(node: Tensor): number {
  if (node.inputs.length === 0 || isIndexMap(node) || node.primitive.lowering.kind === 'alias') return 0;
  return node.primitive.cost ?? 1;
}

/** Follows the only user of an anchor's result while the result can be carried along element by element. */
function epilogueOf(
  anchor: Tensor,
  users: Map<Tensor, Set<Tensor>>,
  isStored: (node: Tensor) => boolean,
  taken: ReadonlySet<Tensor>,
): Tensor[] {
  const chain: Tensor[] = [];
  let at = anchor;
  while (!isStored(at)) {
    const [user, ...others] = users.get(at)!;
    if (
      !user ||
      others.length > 0 ||
      taken.has(user) ||
      !forwardIndices(
        at,
        user,
        at.shape.map((_, axis) => axisIndex(axis)),
      )
    )
      break;
    chain.push(user);
    at = user;
  }
  // A reshape at the end costs nothing: leave it out, it becomes an alias of what is stored.
  while (chain.at(-1)?.primitive.lowering.kind === 'alias') chain.pop();
  return chain;
}

/**
 * The index vector of `user` at the place where it uses `input` at `indices`, if each element of the input goes to one
 * element of the user: element-wise work, transposes, reshapes that merge axes. Otherwise `undefined`.
 */
export function forwardIndices(input: Tensor, user: Tensor, indices: readonly Index[]): Index[] | undefined {
  const { lowering } = user.primitive;
  if (lowering.kind === 'alias') return mergeIndices(indices, input.shape, user.shape);
  if (lowering.kind !== 'point' || user.size !== input.size || lowering.stored?.some((i) => user.inputs[i] === input))
    return undefined;
  const own = user.shape.map((_, axis) => axisIndex(axis));
  const uses: (readonly Index[])[] = [];
  lowering.expression(user, own, {
    at(tensor, used) {
      if (tensor === input) uses.push(used);
      return { kind: 'constant', dtype: tensor.dtype, value: 0 };
    },
    gather: (tensor) => ({ kind: 'constant', dtype: tensor.dtype, value: 0 }),
  });
  const [first] = uses;
  if (!first || uses.some((other) => indicesKey(other) !== indicesKey(first))) return undefined;
  // Axis of the user → index; axes of extent 1 need none.
  const result = new Map<number, Index>();
  for (const [d, index] of first.entries()) {
    if (input.shape[d] === 1) continue;
    const axis = axisOf(index);
    if (axis === undefined) return undefined;
    result.set(axis, indices[d]!);
  }
  if (user.shape.some((extent, axis) => extent !== 1 && !result.has(axis))) return undefined;
  return own.map((_, axis) => result.get(axis) ?? constantIndex(0));
}

/** The axis that an index is, if it is just that. */
function axisOf(index: Index): number | undefined {
  const axis = index.coefficients.length - 1;
  return index.offset === 0 &&
    index.divisor === 1 &&
    axis >= 0 &&
    index.coefficients.every((c, d) => c === (d === axis ? 1 : 0))
    ? axis
    : undefined;
}
