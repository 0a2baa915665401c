import type { Tensor } from './tensor.js';

/**
 * All nodes that the roots depend on, inputs before users. The inputs of nodes for which `isLeaf` holds are not followed.
 * Iterative, so that depth is no limit.
 */
export function topologicalOrder(roots: readonly Tensor[], isLeaf: (node: Tensor) => boolean = () => false): Tensor[] {
  const order: Tensor[] = [];
  const seen = new Set<Tensor>();
  /** The nodes on the way to where we are, with the inputs of each that are followed, and how many of them were. */
  const [path, inputs, followed]: [Tensor[], (readonly Tensor[])[], number[]] = [[], [], []];
  const enter = (node: Tensor): void => {
    if (seen.has(node)) return;
    seen.add(node);
    path.push(node);
    inputs.push(isLeaf(node) ? [] : node.inputs);
    followed.push(0);
  };
  for (const root of roots) {
    enter(root);
    while (path.length > 0) {
      const last = path.length - 1;
      const input = inputs[last]![followed[last]!++];
      if (input) enter(input);
      else {
        order.push(path.pop()!);
        inputs.pop();
        followed.pop();
      }
    }
  }
  return order;
}
