import type { Primitive } from '../graph/primitive.js';
import { inScope } from '../graph/scope.js';
import { topologicalOrder } from '../graph/topological-order.js';
import { Tensor } from '../graph/tensor.js';

/**
 * Rewrites a graph bottom-up by the primitives' own rules and merges equal nodes. `replacements` stand for nodes whose
 * values are known; other leaves stay the same objects, so that their values can be bound. Returns the new roots in the
 * order given.
 */
export function simplify(roots: readonly Tensor[], replacements: ReadonlyMap<Tensor, Tensor> = new Map()): Tensor[] {
  const interned = new Map<string, Tensor>();
  const simplified = new Map<Tensor, Tensor>(replacements);
  const intern = (node: Tensor): Tensor => {
    if (node.primitive.lowering.kind === 'leaf') return node;
    const key = nodeKey(node, (input) => input.id);
    const known = interned.get(key);
    if (known) return known;
    interned.set(key, node);
    return node;
  };
  // A rule may build several new nodes, which are simplified in turn.
  const settle = (node: Tensor): Tensor => {
    const known = simplified.get(node);
    if (known) return known;
    let result = node;
    if (node.primitive.lowering.kind === 'identity') result = settle(node.inputs[0]!);
    else if (node.primitive.lowering.kind !== 'leaf') {
      const inputs = node.inputs.map(settle);
      const rebuilt = inputs.every((input, i) => input === node.inputs[i])
        ? node
        : inScope(node.scope, () => new Tensor(node.primitive, inputs, node.attributes, node.type, node.evaluator));
      const simpler = inScope(node.scope, () => rebuilt.primitive.simplify?.(rebuilt));
      result = simpler ? settle(simpler) : intern(rebuilt);
    }
    simplified.set(node, result);
    return result;
  };
  // In topological order the recursion above is only as deep as the rules' own output.
  for (const node of topologicalOrder(roots, (each) => replacements.has(each))) settle(node);
  return roots.map(settle);
}

/** Primitives are told apart by identity: two plugins may use one name. */
const numbers = new WeakMap<Primitive, number>();
let primitives = 0;

function numberOf(primitive: Primitive): number {
  const number = numbers.get(primitive) ?? primitives++;
  numbers.set(primitive, number);
  return number;
}

/** Primitive, attributes and inputs: equal keys are equal nodes. */
export function nodeKey(node: Tensor, inputKey: (input: Tensor) => number): string {
  return `${numberOf(node.primitive)}(${node.inputs.map(inputKey).join(',')})${attributesKey(node.attributes)}`;
}

/** JSON, but with NaN, the infinities and −0 kept apart. */
export function attributesKey(attributes: unknown): string {
  return attributes === undefined
    ? ''
    : JSON.stringify(attributes, (_, value: unknown) =>
        typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0))
          ? `#${Object.is(value, -0) ? '-0' : value}`
          : value,
      );
}
