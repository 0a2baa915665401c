import { hostTensor, type Tensor } from '@adjoint/core';
import { isNodeOf, scanPrimitive, type NodeOf, type ScanAttributes } from '@adjoint/core/primitives';
import type { Dim } from './dims.js';
import { GraphWriter, type GraphValue } from './graph-writer.js';

type ScanNode = NodeOf<ScanAttributes>;

/** What is needed to write the body of a loop. */
export interface ScanContext {
  readonly writer: GraphWriter;
  /** Names of the inputs of the loop. */
  readonly inputs: readonly string[];
  /** Writes nodes of the body with another writer, given the names of its leaves; also tells their extents. */
  emitBody(
    roots: readonly Tensor[],
    leaves: ReadonlyMap<Tensor, string>,
    writer: GraphWriter,
  ): { readonly names: readonly string[]; dims(node: Tensor): readonly Dim[] };
}

/** The results of each loop, which are nodes of one body with the same inputs, by each of them. */
export function scanGroups(order: readonly Tensor[]): ReadonlyMap<Tensor, readonly ScanNode[]> {
  const groups = new Map<string, ScanNode[]>();
  const byNode = new Map<Tensor, readonly ScanNode[]>();
  for (const node of order) {
    if (!isNodeOf(node, scanPrimitive)) continue;
    const { length, reverse, body } = node.attributes;
    const key = `${node.inputs.map(({ id }) => id).join()}:${length}:${reverse}:${body.key}`;
    const group = groups.get(key) ?? [];
    groups.set(key, group);
    group.push(node);
    byNode.set(node, group);
  }
  return byNode;
}

/** Results that hold something of each step. */
function isStacked({ attributes }: ScanNode): boolean {
  return attributes.result !== 'carry';
}

/** What the body of a loop gives at a step: the next carries, then what the results of a group hold of the step. */
export function rootsWithin(loop: Tensor, group: readonly ScanNode[]): readonly Tensor[] {
  if (!isNodeOf(loop, scanPrimitive)) return [];
  const { body } = loop.attributes;
  const perStep = group
    .filter(isStacked)
    .flatMap(
      ({ attributes: { result, index } }) =>
        (result === 'history' ? body.inputs.carries[index] : body.outputs[index]) ?? [],
    );
  return [...body.next, ...perStep];
}

/**
 * Writes a loop over time as one `Scan`; returns the names of its results, in the order of the group. Values that are the same
 * in all steps are read from the graph around it.
 */
export function emitScan(group: readonly ScanNode[], { writer, inputs, emitBody }: ScanContext): string[] {
  const [first] = group as readonly [ScanNode];
  const { body, length, reverse } = first.attributes;
  const { carries, slices, constants } = body.inputs;
  const inner = new GraphWriter(writer);
  const leaves = new Map<Tensor, string>([
    ...[...carries, ...slices].map((leaf): [Tensor, string] => [leaf, inner.newName('step')]),
    ...constants.map((leaf, i): [Tensor, string] => [leaf, inputs[carries.length + slices.length + i] ?? '']),
  ]);
  const stacked = group.filter(isStacked);
  const roots = rootsWithin(first, group);
  const emitted = emitBody(roots, leaves, inner);
  const valueOf = (name: string, node: Tensor): GraphValue => ({ name, dtype: node.dtype, dims: emitted.dims(node) });
  const given = [...carries, ...slices].map((leaf) => valueOf(leaves.get(leaf) ?? '', leaf));
  // A loop that walks along nothing walks along as many zeros as it has steps.
  const walked = inputs.slice(carries.length, carries.length + slices.length);
  if (walked.length === 0) {
    walked.push(writer.constant(hostTensor(new Int32Array(length))));
    given.push({ name: inner.newName('step'), dtype: 'int32', dims: [] });
  }
  const results = roots.map((root, i) => ({
    ...valueOf(inner.newName('result'), root),
    from: emitted.names[i] ?? '',
  }));
  const directions = (count: number): readonly number[] => Array.from({ length: count }, () => Number(reverse));
  const outputs = writer.nodes(
    'Scan',
    [...inputs.slice(0, carries.length), ...walked],
    {
      body: { graph: inner.finishInner(given, results) },
      num_scan_inputs: walked.length,
      scan_input_directions: directions(walked.length),
      ...(stacked.length > 0 && { scan_output_directions: directions(stacked.length) }),
    },
    roots.length,
  );
  return group.map((node) => {
    const { result, index } = node.attributes;
    const place = result === 'carry' ? index : carries.length + stacked.indexOf(node);
    return outputs[place] ?? '';
  });
}
