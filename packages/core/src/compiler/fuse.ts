import { nodeKey } from '../graph/node-key.js';
import { isNodeOf } from '../graph/primitive.js';
import { scanPrimitive } from '../graph/primitives/scan.js';
import type { Tensor } from '../graph/tensor.js';
import { topologicalOrder } from '../graph/topological-order.js';
import { axisIndex } from '../loops/index-expression.js';
import { mergesTo } from '../loops/reshape-index.js';
import { forwardIndices } from './forward-indices.js';
import type { Fusion, Region } from './region.js';
import { StoredValues, type StoreReason } from './stored-values.js';

/** Above this much work a value is stored rather than computed again by a second user. */
const recomputeLimit = 1;
/** Above this much work an expression is cut, so that kernels and recursion stay small. */
const expressionLimit = 80;

/** From so many inputs on a value is stored, so that no kernel reads from more than some hundred places. */
const inputLimit = 16;

/**
 * Decides which values are stored, and groups the rest into regions. Elementwise work is computed where it is used: a
 * reduction absorbs the elementwise work before it and after it.
 */
export function fuse(outputs: readonly Tensor[], newValues: readonly Tensor[] = []): Fusion {
  const order = topologicalOrder([...outputs, ...newValues]);
  const users = collectUsers(order);
  const stored = new StoredValues();
  for (const output of outputs) stored.store(output, 'output');
  for (const value of newValues) stored.store(value, 'update');
  storeForReaders(order, stored);
  storeForCost(order, users, stored);

  const regions = [...anchoredRegions(order, users, stored), ...repeatRegions(order)];
  const anchored = new Set(regions.flatMap(({ roots }) => roots));
  for (const node of order)
    if (stored.has(node) && node.primitive.lowering.kind === 'point' && !anchored.has(node))
      regions.push({ anchor: undefined, epilogue: [], roots: [node] });
  const position = new Map(order.map((node, i) => [node, i]));
  regions.sort((a, b) => position.get(a.roots[0]!)! - position.get(b.roots[0]!)!);
  return { regions, reasons: stored.reasons, storedAs: (node) => stored.storedAs(node) };
}

/** A region for each scan, whose results are all stored. */
function repeatRegions(order: readonly Tensor[]): Region[] {
  const results = new Map<string, Tensor[]>();
  for (const node of order) {
    if (!isNodeOf(node, scanPrimitive)) continue;
    const { body, length, reverse } = node.attributes;
    const key = nodeKey(node, ({ id }) => id, { body, length, reverse });
    results.set(key, [...(results.get(key) ?? []), node]);
  }
  return [...results.values()].map((roots) => ({ anchor: undefined, epilogue: [], roots }));
}

/** The nodes that take each node as an input, each once. */
type Users = ReadonlyMap<Tensor, readonly Tensor[]>;

function collectUsers(order: readonly Tensor[]): Users {
  const users = new Map<Tensor, Tensor[]>(order.map((node) => [node, []]));
  for (const node of order)
    for (const input of node.inputs) {
      const usedBy = users.get(input)!;
      if (usedBy.at(-1) !== node) usedBy.push(node);
    }
  return users;
}

function isAnchor({ primitive: { lowering } }: Tensor): boolean {
  return lowering.kind === 'reduction' || lowering.kind === 'scatter';
}

/** Stores leaves, and what loops can only read from memory. */
function storeForReaders(order: readonly Tensor[], stored: StoredValues): void {
  for (const node of order) {
    const { lowering } = node.primitive;
    if (lowering.kind === 'leaf') stored.store(node, 'given');
    if (lowering.kind === 'repeat') {
      stored.store(node, 'stepped');
      for (const input of node.inputs) stored.store(input, 'gathered', [node]);
    }
    if ((lowering.kind === 'point' || lowering.kind === 'reduction') && lowering.stored)
      for (const i of lowering.stored) stored.store(node.inputs[i]!, 'gathered', [node]);
    if (lowering.kind === 'reduction' && lowering.contraction)
      for (const input of node.inputs) storeOperand(input, node, stored);
    if (lowering.kind === 'alias' && !mergesTo(node.shape, node.inputs[0]!.shape))
      stored.store(node.inputs[0]!, 'reshaped', [node]);
  }
}

/** Stores elementwise values that would otherwise be computed again too often, and cuts expressions that grow too long. */
function storeForCost(order: readonly Tensor[], users: Users, stored: StoredValues): void {
  /** Work to compute a value from what is stored; none for what is stored itself. */
  const work = new Map<Tensor, number>();
  for (const node of order) {
    if (stored.has(node) || isAnchor(node)) {
      work.set(node, 0);
      continue;
    }
    const total =
      ownWork(node) + node.inputs.reduce((sum, input) => sum + (stored.has(input) ? 0 : work.get(input)!), 0);
    work.set(node, total);
    if (node.primitive.lowering.kind !== 'point') continue;
    const usedBy = users.get(node)!;
    const broadcast = usedBy.find((user) => user.primitive.repeats && user.size >= 2 * node.size);
    if (usedBy.length > 1 && total > recomputeLimit) stored.store(node, 'shared', usedBy);
    if (broadcast && total > 0) stored.store(node, 'repeated', [broadcast]);
    if (total > expressionLimit || node.inputs.length >= inputLimit) stored.store(node, 'long');
    if (stored.has(node)) work.set(node, 0);
  }
}

/** A region for each reduction and scatter, whose result is stored with what the region computes from it. */
function anchoredRegions(order: readonly Tensor[], users: Users, stored: StoredValues): Region[] {
  const regions: Region[] = [];
  // Where the results of two anchors meet, the node belongs to the first.
  const taken = new Set<Tensor>();
  for (const anchor of order) {
    if (!isAnchor(anchor)) continue;
    const { epilogue, reason } = epilogueOf(anchor, users, stored, taken);
    for (const node of epilogue) taken.add(node);
    const root = epilogue.at(-1) ?? anchor;
    if (reason) stored.store(root, reason.kind, reason.by);
    regions.push({ anchor, epilogue, roots: [root] });
  }
  return regions;
}

/** A contraction packs its operands through index maps, so what those maps start from must be in memory. */
function storeOperand(operand: Tensor, contraction: Tensor, stored: StoredValues): void {
  let source = operand;
  while (isIndexMap(source)) source = source.inputs[0]!;
  // A literal without inputs has nothing to store.
  if (source.primitive.lowering.kind !== 'point' || source.inputs.length > 0)
    stored.store(source, 'operand', [contraction]);
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

/**
 * Follows the only user of an anchor's result while the result can be carried along element by element. `reason` says why
 * the last node is stored, if it had not been stored anyway.
 */
function epilogueOf(
  anchor: Tensor,
  users: Users,
  stored: StoredValues,
  taken: ReadonlySet<Tensor>,
): { readonly epilogue: readonly Tensor[]; readonly reason?: StoreReason } {
  const epilogue: Tensor[] = [];
  let last = anchor;
  let reason: StoreReason | undefined;
  while (!stored.has(last)) {
    const usedBy = users.get(last)!;
    reason = barrierBetween(last, usedBy, taken);
    if (reason) break;
    [last] = usedBy as readonly [Tensor];
    epilogue.push(last);
  }
  // A reshape at the end costs nothing: leave it out, it becomes an alias of what is stored.
  while (epilogue.at(-1)?.primitive.lowering.kind === 'alias') epilogue.pop();
  return { epilogue, ...(reason && { reason }) };
}

/** Why a node's value cannot be carried on to its users element by element; `undefined` if it can. */
function barrierBetween(node: Tensor, usedBy: readonly Tensor[], taken: ReadonlySet<Tensor>): StoreReason | undefined {
  const [user, ...others] = usedBy;
  const { lowering } = node.primitive;
  if (lowering.kind === 'scatter' || (lowering.kind === 'reduction' && lowering.scan))
    return { kind: 'accumulated', by: [] };
  if (!user || others.length > 0) return { kind: 'shared', by: usedBy };
  if (taken.has(user)) return { kind: 'joined', by: usedBy };
  if (isAnchor(user)) return { kind: 'reduced', by: usedBy };
  const indices = node.shape.map((_, axis) => axisIndex(axis));
  return forwardIndices(node, user, indices) ? undefined : { kind: 'moved', by: usedBy };
}
