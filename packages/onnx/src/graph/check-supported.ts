import { AdjointError } from '@adjoint/core';
import type { OnnxGraph, OnnxNode } from '../format/onnx-graph.js';
import { operators } from '../operators/index.js';
import { innerGraphs } from './needed.js';

/** Nodes of an operator that an error names. */
const mostNamed = 3;

/**
 * Refuses a graph with operators that are not read.
 * @throws AdjointError `FILE_INVALID` that lists all of them, with the names of their nodes
 */
export function checkSupported(graph: OnnxGraph, source: string): void {
  const missing = new Map<string, string[]>();
  for (const { op, domain, name, outputs } of allNodes(graph)) {
    if (domain === '' && operators.has(op)) continue;
    const full = domain === '' ? op : `${domain}.${op}`;
    missing.set(full, [...(missing.get(full) ?? []), `'${name || (outputs[0] ?? '')}'`]);
  }
  if (missing.size === 0) return;
  const listed = [...missing].map(([op, names]) => {
    const more = names.length > mostNamed ? ` and ${names.length - mostNamed} more` : '';
    return `${op} (${names.slice(0, mostNamed).join(', ')}${more})`;
  });
  throw new AdjointError(
    'FILE_INVALID',
    `${source}: ${missing.size === 1 ? 'an operator is' : `${missing.size} operators are`} not supported: ${listed.join('; ')}. Export the model without them, or cut it before them by the option outputs.`,
  );
}

function allNodes({ nodes }: OnnxGraph): OnnxNode[] {
  return nodes.flatMap((node) => [node, ...innerGraphs(node).flatMap(allNodes)]);
}
