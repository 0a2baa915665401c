import type { Tensor } from '../tensor.js';
import { topologicalOrder } from '../topological-order.js';

/** What is to become of the tensors that a step takes from outside of it. */
export interface Outside {
  /** Nodes that are older than the one with this number are not looked into. */
  readonly oldest: number;
  /** Whether a node is computed anew in each step if its inputs are there, rather than handed in. */
  recomputes(node: Tensor): boolean;
  /** Whether a node cannot be handed in. */
  mustRecompute(node: Tensor): boolean;
}

/** The nodes of an order that depend on some leaves. */
export function dependingOn(leaves: Iterable<Tensor>, order: readonly Tensor[]): Set<Tensor> {
  const depending = new Set(leaves);
  for (const node of order) if (node.inputs.some((input) => depending.has(input))) depending.add(node);
  return depending;
}

/**
 * The tensors that must be handed to a step because they do not depend on its leaves. Views (reshapes, transposes,
 * broadcasts, slices) are taken inside, where they cost nothing; all else that is the same in every step is computed
 * once, outside.
 */
export function captured(roots: readonly Tensor[], leaves: readonly Tensor[], outside: Outside): Tensor[] {
  const order = topologicalOrder(roots, ({ id }) => id < outside.oldest);
  const varying = dependingOn(leaves, order);
  const wanted = new Set(roots.filter((root) => !varying.has(root)));
  for (const node of order)
    if (varying.has(node)) for (const input of node.inputs) if (!varying.has(input)) wanted.add(input);

  const taken = new Set<Tensor>();
  /** What a step can compute from what is given or taken already. */
  const available = new Set<Tensor>();
  for (const node of order) {
    if (varying.has(node)) continue;
    const mayRecompute = isView(node) || outside.recomputes(node);
    if (isGiven(node, outside) || (mayRecompute && node.inputs.every((input) => available.has(input))))
      available.add(node);
    if (!wanted.has(node)) continue;
    // The tensor itself is handed in, or what it is made of.
    const pending = [node];
    for (let part = pending.pop(); part; part = pending.pop()) {
      const inside = isView(part) || available.has(part) || outside.mustRecompute(part);
      if (!taken.has(part) && !isGiven(part, outside) && inside) pending.push(...part.inputs);
      else {
        taken.add(part);
        available.add(part);
      }
    }
  }
  return [...taken];
}

function isGiven({ id, primitive }: Tensor, { oldest }: Outside): boolean {
  return id < oldest || primitive.lowering.kind === 'leaf';
}

function isView({ inputs, primitive: { lowering, indexMap, repeats } }: Tensor): boolean {
  return inputs.length === 0
    ? lowering.kind !== 'leaf'
    : indexMap === true || repeats === true || lowering.kind === 'alias';
}
