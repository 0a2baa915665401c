import type { Graph } from '../compiler/compile.js';
import { nodeText } from '../graph/print.js';
import { isNodeOf } from '../graph/primitive.js';
import { scanPrimitive } from '../graph/primitives/scan.js';
import type { ScanBody } from '../graph/scan/scan-body.js';
import type { Tensor } from '../graph/tensor.js';
import { topologicalOrder } from '../graph/topological-order.js';
import type { NodeNames } from './node-names.js';

/**
 * A graph, a line for each node, inputs before users. Arrows show what is returned and what becomes the new value of a
 * variable; the layer that a node belongs to stands at the end. The body of a loop over time is set in below it.
 */
export function graphText({ outputs, updates }: Graph, names: NodeNames): string {
  const results = [
    ...outputs.map((node, i) => [node, names.output(i)] as const),
    ...updates.map(({ leaf, value }) => [value, names.of(leaf)] as const),
  ];
  return nodeLines(results, names, new Set()).join('\n');
}

/** Lines for the nodes under results; bodies that are `shown` already are left out. */
function nodeLines(
  results: readonly (readonly [node: Tensor, name: string])[],
  names: NodeNames,
  shown: Set<ScanBody>,
): string[] {
  return topologicalOrder(results.map(([node]) => node)).flatMap((node) => {
    const scope = node.scope === undefined ? '' : `  // ${node.scope}`;
    const arrows = results.flatMap(([result, name]) => (result === node ? [` → ${name}`] : []));
    const line = [nodeText(node, names.of(node), (input) => names.of(input)), ...arrows, scope].join('');
    if (!isNodeOf(node, scanPrimitive) || shown.has(node.attributes.body)) return [line];
    const { body } = node.attributes;
    shown.add(body);
    const inner = [
      ...body.next.map((next, i) => [next, `carry ${i}`] as const),
      ...body.outputs.map((output, i) => [output, `output ${i}`] as const),
    ];
    return [line, ...nodeLines(inner, names, shown).map((each) => `  ${each}`)];
  });
}
