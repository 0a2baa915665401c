import type { Tensor } from '../graph/tensor.js';
import { axisIndex } from '../loops/index-expression.js';
import type { LoopProgram } from '../loops/loop-program.js';
import type { Kernel } from './program.js';
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
