import type { CompiledGraph } from '../compiler/compile.js';
import type { NodeNames } from './node-names.js';

/** What the storages of a program are called: as the leaf, output or node whose values they hold. */
export function storageNames(
  { simplified, memory, parts, outputs, program }: CompiledGraph,
  names: NodeNames,
): string[] {
  const all = [
    ...simplified.leaves.map((leaf) => names.of(leaf)),
    ...memory.map(({ node }) => (node.primitive.lowering.kind === 'leaf' ? `${names.of(node)}.copy` : names.of(node))),
    ...parts.map((node) => names.of(node)),
  ];
  outputs.forEach((storage, i) => {
    if (program.storages[storage]!.place.kind === 'arena') all[storage] = names.output(i);
  });
  return all;
}
