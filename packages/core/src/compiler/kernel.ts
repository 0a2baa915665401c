import type { Tensor } from '../graph/tensor.js';
import { axisIndex } from '../loops/index-expression.js';
import type { LoopProgram } from '../loops/loop-program.js';
import type { Kernel, Origin } from './program.js';
import type { LoweredRegion } from './region.js';

/** The kernel that computes a region. */
export function kernelOf({ loops, nodes, roots }: LoweredRegion, storageOf: (node: Tensor) => number): Kernel {
  const inside = new Set(nodes);
  const reads = new Set(nodes.flatMap((node) => node.inputs.filter((input) => !inside.has(input))));
  return {
    loops: loops.map(({ program, buffers }) => ({ program, storages: buffers.map(storageOf) })),
    nodes,
    reads: [...reads].map((node) => ({ node, storage: storageOf(node) })),
    writes: roots.map((node) => ({ node, storage: storageOf(node) })),
    label: labelOf(nodes),
    origin: originOf(nodes),
  };
}

/** A kernel that copies one storage to another, both of the node's type. */
export function copyKernel(node: Tensor, from: number, to: number): Kernel {
  const index = axisIndex(0);
  const program: LoopProgram = {
    extents: [node.size],
    parallel: 1,
    stores: [{ buffer: 1, index, value: { kind: 'load', dtype: node.dtype, buffer: 0, index } }],
    buffers: [node.dtype, node.dtype],
  };
  return {
    loops: [{ program, storages: [from, to] }],
    nodes: [],
    reads: [{ node, storage: from }],
    writes: [{ node, storage: to }],
    label: 'copy',
    origin: { layer: '', kind: 'copy' },
  };
}

/** Where a kernel's nodes come from (a prime marks a gradient), and what they do, each said once. */
export function labelOf(nodes: readonly Tensor[]): string {
  const loud = nodes.filter(({ primitive }) => !primitive.quiet);
  const told = loud.length > 0 ? loud : nodes;
  const scopes = new Set(told.flatMap(({ scope }) => scope ?? []));
  const work = [...new Set(told.map(({ primitive }) => primitive.name))].join(' ');
  return scopes.size === 0 ? work : `${[...scopes].join(' + ')}: ${work}`;
}

/** A kernel has one reduction or scatter at most, and then that is its work; the rest is done along the way. */
export function originOf(nodes: readonly Tensor[]): Origin {
  const core = nodes.find(({ primitive }) => ['reduction', 'scatter', 'repeat'].includes(primitive.lowering.kind));
  const layer = core?.scope ?? mostFrequent(nodes.filter(computes).flatMap(({ scope }) => scope ?? [])) ?? '';
  const lowering = core?.primitive.lowering;
  if (lowering?.kind === 'repeat') return { layer, kind: 'scan' };
  if (lowering?.kind === 'scatter') return { layer, kind: 'scatter' };
  if (lowering?.kind === 'reduction') return { layer, kind: lowering.contraction ? 'contraction' : 'reduction' };
  return { layer, kind: 'elementwise' };
}

/** Neither a constant nor another view of the same values. */
function computes({ inputs, primitive }: Tensor): boolean {
  return inputs.length > 0 && !primitive.quiet;
}

/** The first of those that come most often. */
function mostFrequent(names: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
}
