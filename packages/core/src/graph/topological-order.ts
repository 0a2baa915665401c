import type { Tensor } from './tensor.js';

/**
 * All nodes that the roots depend on, inputs before users. The inputs of nodes for which `isLeaf` holds are not followed.
 * Iterative, so that depth is no limit.
 */
export function topologicalOrder(roots: readonly Tensor[], isLeaf: (node: Tensor) => boolean = () => false): Tensor[] {
  const order: Tensor[] = [];
  const seen = new Set<Tensor>();
  const stack: { node: Tensor; next: number }[] = [];
  for (const root of roots) {
    if (seen.has(root)) continue;
    seen.add(root);
    stack.push({ node: root, next: 0 });
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const input = isLeaf(top.node) ? undefined : top.node.inputs[top.next++];
      if (!input) {
        order.push(top.node);
        stack.pop();
      } else if (!seen.has(input)) {
        seen.add(input);
        stack.push({ node: input, next: 0 });
      }
    }
  }
  return order;
}
