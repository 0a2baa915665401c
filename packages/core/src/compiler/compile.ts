import { AdjointError } from '../errors.js';
import { constantPrimitive } from '../graph/primitives/constant.js';
import type { Primitive } from '../graph/primitive.js';
import { Tensor } from '../graph/tensor.js';
import { fuse, type Fusion, type Region } from './fuse.js';
import { axisIndex } from '../loops/index-expression.js';
import type { LoopProgram } from '../loops/loop-program.js';
import { lowerRegion } from './lower.js';
import { mergeRegions, nodesOfRegion, readsOfRegion } from './merge-regions.js';
import { planMemory } from './plan-memory.js';
import { storageBytes, type Kernel, type Program, type Storage } from './program.js';
import { orderRegions } from './order-regions.js';
import { simplify } from './simplify.js';

/** What a program computes. Leaves, and nodes whose values are known, are bound to buffers in the order of `leaves`. */
export interface Graph {
  readonly outputs: readonly Tensor[];
  /** Values that replace those of leaves when the program has run. */
  readonly updates: readonly { readonly leaf: Tensor; readonly value: Tensor }[];
  readonly leaves: readonly Tensor[];
}

export interface CompiledGraph {
  readonly program: Program;
  /** Storage of each output. */
  readonly outputs: readonly number[];
}

/** Graph → simplify → fuse → loop programs → schedule → memory plan. */
export function compileGraph({ outputs, updates, leaves }: Graph): CompiledGraph {
  const bound = leaves.map((node) =>
    node.primitive.lowering.kind === 'leaf'
      ? node
      : new Tensor(constantPrimitive as Primitive, [], node.type, node.type, undefined),
  );
  const roots = simplify(
    [...outputs, ...updates.map(({ value }) => value)],
    new Map(leaves.map((node, i) => [node, bound[i]!])),
  );
  const results = roots.slice(0, outputs.length);
  const fusion = fuse(roots);
  const targets = new Map<Tensor, Tensor>();
  const copies: { from: Tensor; to: Tensor }[] = [];
  updates.forEach(({ leaf }, i) => {
    const storage = fusion.storedAs(roots[outputs.length + i]!)!;
    // A value that is itself a leaf, or goes to two places, is copied; any other may be computed where it belongs.
    if (storage.primitive.lowering.kind === 'leaf' || targets.has(storage)) copies.push({ from: storage, to: leaf });
    else targets.set(storage, leaf);
  });
  // What is copied at the end must still be there.
  const copied = new Set(copies.map(({ from }) => from));
  for (const [value, leaf] of targets) {
    if (!copied.has(leaf)) continue;
    targets.delete(value);
    copies.push({ from: value, to: leaf });
  }
  const { order, inPlace } = orderRegions(mergeRegions(fusion), fusion, targets);
  for (const [value, leaf] of targets) if (!inPlace.has(value)) copies.push({ from: value, to: leaf });
  return assemble(order, fusion, {
    results,
    leaves: bound,
    inPlace,
    copies,
    updated: new Set(updates.map(({ leaf }) => leaf)),
  });
}

interface Assembly {
  readonly results: readonly Tensor[];
  readonly leaves: readonly Tensor[];
  readonly inPlace: ReadonlyMap<Tensor, Tensor>;
  readonly copies: readonly { readonly from: Tensor; readonly to: Tensor }[];
  readonly updated: ReadonlySet<Tensor>;
}

function assemble(
  order: readonly Region[],
  fusion: Fusion,
  { results, leaves, inPlace, copies, updated }: Assembly,
): CompiledGraph {
  const bound = new Map(leaves.map((leaf, index) => [leaf, index]));
  const lifetimes = new Map<Tensor, { from: number; to: number }>();
  const touch = (node: Tensor, step: number): void => {
    const life = lifetimes.get(node);
    if (life) life.to = step;
    else lifetimes.set(node, { from: step, to: step });
  };
  const isOwn = (node: Tensor): boolean => !bound.has(node) && !inPlace.has(node);
  order.forEach((region, step) => {
    for (const node of [...region.roots, ...readsOfRegion(region, fusion)]) if (isOwn(node)) touch(node, step);
  });
  const end = order.length + copies.length;
  for (const result of results) touchStored(result, end);
  // Copied values go through memory of their own, so that values which change places are safe.
  for (const { from } of copies) if (isOwn(from)) touch(from, end);
  const through = copies.map(({ from, to }) =>
    bound.has(from) ? { from: order.length, to: end, node: to } : undefined,
  );

  // A result that is the old value of an updated leaf is kept aside from the start.
  const kept = [...new Set(results.map((result) => fusion.storedAs(result)!))].filter((node) => updated.has(node));

  function touchStored(result: Tensor, step: number): void {
    const storage = fusion.storedAs(result)!;
    if (isOwn(storage)) touch(storage, step);
  }

  const blocks = [...lifetimes]
    .map(([node, life]) => ({ node, ...life }))
    .concat(
      through.flatMap((block) => block ?? []),
      kept.map((node) => ({ node, from: 0, to: end })),
    );
  const { offsets, bytes } = planMemory(
    blocks.map(({ node, from, to }) => ({ bytes: node.size * storageBytes(node.dtype), from, to })),
  );
  const storages: Storage[] = leaves.map((leaf, index) => ({
    dtype: leaf.dtype,
    size: leaf.size,
    place: { kind: 'bound', index },
  }));
  const storageOf = new Map<Tensor, number>(bound);
  blocks.forEach(({ node }, i) => {
    const index =
      storages.push({ dtype: node.dtype, size: node.size, place: { kind: 'arena', offset: offsets[i]! } }) - 1;
    if (i < lifetimes.size) storageOf.set(node, index);
  });
  for (const [value, leaf] of inPlace) storageOf.set(value, bound.get(leaf)!);
  const find = (node: Tensor): number => storageOf.get(fusion.storedAs(node)!)!;

  const keptAt = new Map(kept.map((node, i) => [node, storages.length - kept.length + i]));
  const kernels = [...keptAt].map(([leaf, storage]) => copyKernel(leaf, bound.get(leaf)!, storage));
  for (const region of order) kernels.push(kernelOf(region, fusion, find));
  let temporary = leaves.length + lifetimes.size;
  const staged = copies.map(({ from, to }, i) =>
    through[i]
      ? { from: storageOf.get(from)!, to: temporary++, leaf: to }
      : { from: storageOf.get(from)!, to: -1, leaf: to },
  );
  for (const { from, to, leaf } of staged) if (to >= 0) kernels.push(copyKernel(leaf, from, to));
  for (const { from, to, leaf } of staged) kernels.push(copyKernel(leaf, to >= 0 ? to : from, bound.get(leaf)!));
  return {
    program: { storages, kernels, arenaBytes: bytes },
    outputs: results.map((result) => keptAt.get(fusion.storedAs(result)!) ?? find(result)),
  };
}

function kernelOf(region: Region, fusion: Fusion, find: (node: Tensor) => number): Kernel {
  const lowered = lowerRegion(region, fusion);
  if (!lowered)
    throw new AdjointError(
      'INTERNAL',
      `The compiler merged regions that do not share a nest: ${region.roots.join(', ')}.`,
    );
  const nodes = nodesOfRegion(region, fusion);
  const inside = new Set(nodes);
  const reads = new Set(nodes.flatMap((node) => node.inputs.filter((input) => !inside.has(input))));
  return {
    loops: lowered.programs.map(({ program, buffers }) => ({ program, storages: buffers.map(find) })),
    nodes,
    reads: [...reads].map((node) => ({ node, storage: find(node) })),
    writes: region.roots.map((node) => ({ node, storage: find(node) })),
    label: labelOf(nodes),
  };
}

/** Where a kernel's nodes come from (a prime marks a gradient), and what they do, each said once. */
function labelOf(nodes: readonly Tensor[]): string {
  const loud = nodes.filter(({ primitive }) => !primitive.quiet);
  const told = loud.length > 0 ? loud : nodes;
  const scopes = new Set(told.flatMap(({ scope }) => scope ?? []));
  const work = [...new Set(told.map(({ primitive }) => primitive.name))].join(' ');
  return scopes.size === 0 ? work : `${[...scopes].join(' + ')}: ${work}`;
}

/** Copies one storage to another of the same type. */
function copyKernel(leaf: Tensor, from: number, to: number): Kernel {
  const index = axisIndex(0);
  const program: LoopProgram = {
    extents: [leaf.size],
    parallel: 1,
    stores: [{ buffer: 1, index, value: { kind: 'load', dtype: leaf.dtype, buffer: 0, index } }],
    buffers: [leaf.dtype, leaf.dtype],
  };
  return {
    loops: [{ program, storages: [from, to] }],
    nodes: [],
    reads: [{ node: leaf, storage: from }],
    writes: [{ node: leaf, storage: to }],
    label: 'copy',
  };
}
