import type { OnnxGraph, OnnxNode } from '../format/onnx-graph.js';
import { operators } from '../operators/index.js';

/** Graphs inside a node. */
export function innerGraphs({ attributes }: OnnxNode): OnnxGraph[] {
  return Object.values(attributes).flatMap((value) =>
    typeof value === 'object' && 'graph' in value ? [value.graph] : [],
  );
}

/** Names that a node reads, also within the graphs that it holds. */
export function namesRead(node: OnnxNode): string[] {
  const within = innerGraphs(node).flatMap(({ nodes, outputs }) => [...nodes.flatMap(namesRead), ...outputs]);
  return [...node.inputs, ...within].filter((name) => name !== '');
}

/** The nodes on which some values depend, in their order. */
export function nodesFor(nodes: readonly OnnxNode[], outputs: readonly string[]): OnnxNode[] {
  const needed = new Set(outputs);
  const kept: OnnxNode[] = [];
  for (const node of nodes.toReversed()) {
    if (!node.outputs.some((name) => needed.has(name))) continue;
    kept.push(node);
    for (const name of namesRead(node)) needed.add(name);
  }
  return kept.reverse();
}

/** Names of the values that must be known when the graph is traced, since shapes depend on them. */
export function staticValues({ nodes }: OnnxGraph): ReadonlySet<string> {
  const found = new Set<string>();
  for (const node of nodes.toReversed()) {
    const { statics = [] } = operators.get(node.op) ?? {};
    for (const index of statics) if (node.inputs[index]) found.add(node.inputs[index]);
    for (const { nodes: inner } of innerGraphs(node))
      for (const each of inner)
        for (const index of operators.get(each.op)?.statics ?? [])
          if (each.inputs[index]) found.add(each.inputs[index]);
    // The shape of a value is known without it.
    const tellsShape = node.op === 'Shape' || node.op === 'Size';
    if (!tellsShape && node.outputs.some((name) => found.has(name))) for (const name of node.inputs) found.add(name);
  }
  return found;
}
