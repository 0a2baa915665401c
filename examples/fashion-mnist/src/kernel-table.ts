import type { Trainer } from 'adjoint';
import Table from 'cli-table3';

/** The slowest kernels of a training step, with their share of all of them. */
export function kernelTable(kernels: Awaited<ReturnType<Trainer['profile']>>, count: number): string {
  const total = kernels.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  const table = new Table({
    head: ['kernel', 'ms', 'share'],
    colWidths: [72],
    colAligns: ['left', 'right', 'right'],
    style: { head: [], border: [], compact: true },
  });
  for (const { kernel, milliseconds } of kernels.slice(0, count))
    table.push([kernel, milliseconds.toFixed(2), `${((100 * milliseconds) / total).toFixed(0)} %`]);
  return table.toString();
}
