import type { NodeOf } from '../graph/primitive.js';
import { leaf } from '../graph/primitives/leaf.js';
import { stepInputPrimitive, type ScanAttributes } from '../graph/scan/scan-body.js';
import type { Tensor } from '../graph/tensor.js';
import { topologicalOrder } from '../graph/topological-order.js';
import type { CompiledGraph, Graph } from './compile.js';
import { copyKernel, labelOf, originOf } from './kernel.js';
import { isRepeat, storageBytes, type Kernel, type Repeat } from './program.js';
import type { LoweredRegion } from './region.js';
import type { StorageTable } from './storage-table.js';

type ScanNode = NodeOf<ScanAttributes>;

/** What a leaf of a body's program is bound to. */
type Binding =
  /** The memory of a carry: before the step its old value, afterwards the new one. */
  | { readonly kind: 'carry'; readonly initial: Tensor }
  /** The same in all steps. */
  | { readonly kind: 'constant'; readonly input: Tensor }
  /** The part of a tensor of all steps that belongs to the present one. */
  | { readonly kind: 'part'; readonly of: Tensor };

export interface BoundLeaf {
  readonly leaf: Tensor;
  readonly binding: Binding;
  /** The node of the last carry, if it is asked for. */
  readonly result?: Tensor | undefined;
}

/** A loop over time with the program of its body. */
export interface CompiledRepeat {
  readonly length: number;
  readonly reverse: boolean;
  /** In the order of the program's bound buffers. */
  readonly leaves: readonly BoundLeaf[];
  /** Carries that are results as they were before each step: the leaf, and the one that it is copied to. */
  readonly histories: readonly { readonly from: Tensor; readonly to: Tensor }[];
  readonly body: CompiledGraph;
}

/** Compiles the body of a scan for those of its results that are asked for; each is written straight to its place. */
export function compileRepeat(results: readonly ScanNode[], compile: (graph: Graph) => CompiledGraph): CompiledRepeat {
  const [{ attributes, inputs }] = results as [ScanNode];
  const { body, length, reverse } = attributes;
  const { carries, slices, constants } = body.inputs;
  const kept = keptCarries(results);
  const leaves: BoundLeaf[] = [
    ...kept.map((index) => ({
      leaf: carries[index]!,
      binding: { kind: 'carry', initial: inputs[index]! } as const,
      result: results.find(({ attributes: own }) => own.result === 'carry' && own.index === index),
    })),
    ...slices.map((part, i) => ({ leaf: part, binding: { kind: 'part', of: inputs[carries.length + i]! } as const })),
    ...constants.map((constant, i) => ({
      leaf: constant,
      binding: { kind: 'constant', input: inputs[carries.length + slices.length + i]! } as const,
    })),
  ];
  const updates = kept
    .map((index) => ({ leaf: carries[index]!, value: body.next[index]! }))
    .filter(({ leaf: carry, value }) => carry !== value);
  const histories: { from: Tensor; to: Tensor }[] = [];
  for (const result of results) {
    const { index } = result.attributes;
    if (result.attributes.result === 'carry') continue;
    const value = result.attributes.result === 'history' ? carries[index]! : body.outputs[index]!;
    const place = leaf(stepInputPrimitive, value.type);
    leaves.push({ leaf: place, binding: { kind: 'part', of: result } });
    if (carries.includes(value)) histories.push({ from: value, to: place });
    else updates.push({ leaf: place, value });
  }
  const graph = { outputs: [], updates, leaves: leaves.map((each) => each.leaf) };
  return { length, reverse, leaves, histories, body: compile(graph) };
}

/** The carries on which the results depend, in any step. */
function keptCarries(results: readonly ScanNode[]): number[] {
  const { body } = results[0]!.attributes;
  const { carries } = body.inputs;
  const kept = new Set<number>();
  const pending = results.map(({ attributes: { result, index } }) =>
    result === 'output' ? body.outputs[index]! : carries[index]!,
  );
  for (let root = pending.pop(); root; root = pending.pop()) {
    for (const node of topologicalOrder([root])) {
      const index = carries.indexOf(node);
      if (index < 0 || kept.has(index)) continue;
      kept.add(index);
      pending.push(body.next[index]!);
    }
  }
  return [...kept].sort((a, b) => a - b);
}

/** Where a repeat finds what belongs to it in the program around it. */
export interface RepeatMemory {
  readonly table: StorageTable;
  /** The storage of a carry whose last value is not asked for. */
  readonly carries: ReadonlyMap<Tensor, number>;
  /** The block that the body uses as its arena. */
  readonly arena: number;
  storageOf(node: Tensor): number;
}

/** The kernels of a repeat: copies of the initial carries, then the loop. */
export function repeatKernels(
  { length, reverse, leaves, histories, body: { program, memory, parts } }: CompiledRepeat,
  { nodes, roots: results }: Pick<LoweredRegion, 'nodes' | 'roots'>,
  { table, carries, arena, storageOf }: RepeatMemory,
): [...Kernel[], Repeat] {
  const carryStorage = ({ leaf: carry, result }: BoundLeaf): number =>
    result ? storageOf(result) : carries.get(carry)!;
  const bases = leaves.map((each) => {
    const { leaf: bound, binding } = each;
    if (binding.kind === 'carry') return { storage: carryStorage(each), start: 0, bytes: 0 };
    if (binding.kind === 'constant') return { storage: storageOf(binding.input), start: 0, bytes: 0 };
    const bytes = bound.size * storageBytes(bound.dtype);
    const start = reverse ? Math.max(0, length - 1) * bytes : 0;
    return { storage: storageOf(binding.of), start, bytes: reverse ? -bytes : bytes };
  });
  const advances: { storage: number; bytes: number }[] = [];
  const held = [...leaves.map(({ leaf: bound }) => bound), ...memory.map(({ node }) => node), ...parts];
  const storages = program.storages.map(({ size, place }, i) => {
    if (place.kind === 'arena') return table.part(arena, held[i]!, size, place.offset);
    const { storage, start, bytes } = bases[place.index]!;
    if (bytes === 0 && place.offset === 0 && i === place.index) return storage;
    const part = table.part(storage, held[i]!, size, start + place.offset);
    if (bytes !== 0) advances.push({ storage: part, bytes });
    return part;
  });
  const at = (leafOf: Tensor): number => storages[leaves.findIndex((each) => each.leaf === leafOf)]!;
  const inputs = new Set(leaves.flatMap(({ binding }) => inputOf(binding, results)));
  return [
    ...leaves.flatMap((each) =>
      each.binding.kind === 'carry' ? [copyKernel(each.leaf, storageOf(each.binding.initial), carryStorage(each))] : [],
    ),
    {
      count: length,
      kernels: [
        ...histories.map(({ from, to }) => copyKernel(from, at(from), at(to))),
        ...program.kernels.map((kernel) => moved(kernel, storages)),
      ],
      advances,
      nodes,
      reads: [...inputs].map((node) => ({ node, storage: storageOf(node) })),
      writes: results.map((node) => ({ node, storage: storageOf(node) })),
      label: `${labelOf(nodes)} ×${length}`,
      origin: originOf(nodes),
    },
  ];
}

function inputOf(binding: Binding, results: readonly Tensor[]): Tensor[] {
  if (binding.kind === 'carry') return [];
  const node = binding.kind === 'constant' ? binding.input : binding.of;
  return results.includes(node) ? [] : [node];
}

/** The same kernel over other storages. */
function moved(kernel: Kernel | Repeat, storages: readonly number[]): Kernel | Repeat {
  const places = {
    reads: kernel.reads.map(({ node, storage }) => ({ node, storage: storages[storage]! })),
    writes: kernel.writes.map(({ node, storage }) => ({ node, storage: storages[storage]! })),
  };
  if (isRepeat(kernel)) {
    return {
      ...kernel,
      ...places,
      kernels: kernel.kernels.map((inner) => moved(inner, storages)),
      advances: kernel.advances.map(({ storage, bytes }) => ({ storage: storages[storage]!, bytes })),
    };
  }
  const loops = kernel.loops.map((loop) => ({ ...loop, storages: loop.storages.map((own) => storages[own]!) }));
  return { ...kernel, ...places, loops };
}
