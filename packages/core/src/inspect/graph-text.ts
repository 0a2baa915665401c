import type { Graph } from '../compiler/compile.js';
import { nodeText } from '../graph/print.js';
import type { Tensor } from '../graph/tensor.js';
import { topologicalOrder } from '../graph/topological-order.js';
import type { NodeNames } from './node-names.js';

/**
 * A graph, a line for each node, inputs before users. Arrows show what is returned and what becomes the new value of a
 * variable; the layer that a node belongs to stands at the end.
 */
export function graphText({ outputs, updates }: Graph, names: NodeNames): string {
  const arrowsTo = (node: Tensor): string[] => [
    ...outputs.flatMap((output, i) => (output === node ? [` → ${names.output(i)}`] : [])),
    ...updates.flatMap(({ leaf, value }) => (value === node ? [` → ${names.of(leaf)}`] : [])),
  ];
  return topologicalOrder([...outputs, ...updates.map(({ value }) => value)])
    .map((node) => {
      const scope = node.scope === undefined ? '' : `  // ${node.scope}`;
      return [nodeText(node, names.of(node), (input) => names.of(input)), ...arrowsTo(node), scope].join('');
    })
    .join('\n');
}
