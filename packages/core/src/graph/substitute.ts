import { inScope } from './scope.js';
import { Tensor } from './tensor.js';
import { topologicalOrder } from './topological-order.js';

/** The same node over other inputs of the same types; the node itself if they are its own. */
export function withInputs(node: Tensor, inputs: readonly Tensor[], attributes = node.attributes): Tensor {
  if (attributes === node.attributes && inputs.every((input, i) => input === node.inputs[i])) return node;
  return inScope(node.scope, () => new Tensor(node.primitive, inputs, attributes, node.type, node.evaluator));
}

/** The same graph with other nodes in place of some. What lies under a replaced node is not looked at. */
export function substitute(roots: readonly Tensor[], replacements: ReadonlyMap<Tensor, Tensor>): Tensor[] {
  const replaced = new Map(replacements);
  // Nodes with the same list of inputs keep having the same list: it marks the results of one computation.
  const lists = new Map<readonly Tensor[], readonly Tensor[]>();
  for (const node of topologicalOrder(roots, (each) => replacements.has(each))) {
    if (replaced.has(node)) continue;
    const inputs = lists.get(node.inputs) ?? node.inputs.map((input) => replaced.get(input)!);
    lists.set(node.inputs, inputs);
    replaced.set(node, withInputs(node, inputs));
  }
  return roots.map((root) => replaced.get(root)!);
}
