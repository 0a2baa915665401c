import type { CompiledGraph } from '../compiler/compile.js';
import { storageBytes } from '../compiler/program.js';
import { typeOf } from '../graph/print.js';

/**
 * The arena, a line for each block in the order of their places: where it is, how many bytes it has, and the first and the
 * last kernel that need it; then the buffers that are bound at each run. `storages` are the names of the program's storages.
 */
export function memoryText({ program, memory, simplified }: CompiledGraph, storages: readonly string[]): string {
  const { leaves } = simplified;
  const blocks = memory
    .map((block, i) => ({ ...block, name: storages[leaves.length + i]! }))
    .sort((a, b) => a.offset - b.offset || a.from - b.from)
    .map(({ node, offset, bytes, from, to, name }) => [
      String(offset),
      String(bytes),
      `${from} – ${to === Infinity ? 'end' : to}`,
      `${name}: ${typeOf(node)}`,
    ]);
  const bound = leaves.map((leaf, i) => [
    String(leaf.size * storageBytes(leaf.dtype)),
    `${storages[i]!}: ${typeOf(leaf)}`,
  ]);
  return [
    `arena of ${program.arenaBytes} bytes`,
    ...table([['offset', 'bytes', 'kernels', 'holds'], ...blocks]),
    '',
    'bound at each run',
    ...table([['bytes', 'holds'], ...bound]),
  ].join('\n');
}

/** Columns set to the right, but for the last. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) => {
    const cells = row.map((cell, column) => (column === row.length - 1 ? cell : cell.padStart(widths[column]!)));
    return `  ${cells.join('  ')}`;
  });
}
