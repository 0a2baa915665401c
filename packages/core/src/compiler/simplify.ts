import { nodeKey } from '../graph/node-key.js';
import { isNodeOf } from '../graph/primitive.js';
import { scanPrimitive } from '../graph/primitives/scan.js';
import type { ScanBody } from '../graph/scan/scan-body.js';
import { simplifiedAttributes, simplifyBody } from '../graph/scan/simplify-scan.js';
import { inScope } from '../graph/scope.js';
import { withInputs } from '../graph/substitute.js';
import { topologicalOrder } from '../graph/topological-order.js';
import type { Tensor } from '../graph/tensor.js';

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
  const bodies = new Map<ScanBody, ReturnType<typeof simplifyBody>>();
  const rebuild = (node: Tensor): Tensor => {
    const inputs = node.inputs.map(settle);
    if (!isNodeOf(node, scanPrimitive)) return withInputs(node, inputs);
    const { body } = node.attributes;
    const simpler = bodies.get(body) ?? simplifyBody(body, inputs, simplify);
    bodies.set(body, simpler);
    return withInputs(
      node,
      inputs.filter((_, i) => simpler.keeps[i]),
      simplifiedAttributes(node, simpler.body),
    );
  };
  // A rule may build several new nodes, which are simplified in turn.
  const settle = (node: Tensor): Tensor => {
    const known = simplified.get(node);
    if (known) return known;
    let result = node;
    if (node.primitive.lowering.kind === 'identity') result = settle(node.inputs[0]!);
    else if (node.primitive.lowering.kind !== 'leaf') {
      const rebuilt = rebuild(node);
      const simpler = inScope(node.scope, () => rebuilt.primitive.simplify?.(rebuilt));
      result = simpler ? settle(simpler) : intern(rebuilt);
    }
    simplified.set(node, result);
    // Rules build upon results, which are as simple as they get.
    simplified.set(result, result);
    return result;
  };
  // In topological order the recursion above is only as deep as the rules' own output.
  for (const node of topologicalOrder(roots, (each) => replacements.has(each))) settle(node);
  return roots.map(settle);
}
