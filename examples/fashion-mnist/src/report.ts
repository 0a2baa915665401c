import type { MetricValues } from 'adjoint';
import Table from 'cli-table3';

/** The confusion matrix as a table: true classes down, predicted classes across. */
export function confusionTable(metrics: MetricValues, classes: readonly string[]): string {
  const counts = classes.map((_, i) => classes.map((__, j) => metrics[`confusionMatrix/${i}/${j}`] ?? 0));
  const table = new Table({
    head: ['true \\ predicted', ...classes.map((name) => name.slice(0, 6)), 'recall'],
    style: { head: [], border: [] },
  });
  counts.forEach((row, i) => {
    const total = row.reduce((sum, count) => sum + count, 0);
    table.push([classes[i]!, ...row.map(String), total === 0 ? '–' : (row[i]! / total).toFixed(2)]);
  });
  return table.toString();
}

/** The slowest kernels of a training step. */
export function kernelTable(
  kernels: readonly { readonly kernel: string; readonly milliseconds: number }[],
  count: number,
): string {
  const total = kernels.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  const table = new Table({
    head: ['kernel', 'ms', 'share'],
    colAligns: ['left', 'right', 'right'],
    style: { head: [], border: [] },
  });
  for (const { kernel, milliseconds } of kernels.slice(0, count)) {
    table.push([
      kernel.length > 72 ? `${kernel.slice(0, 71)}…` : kernel,
      milliseconds.toFixed(2),
      `${((100 * milliseconds) / total).toFixed(0)} %`,
    ]);
  }
  return table.toString();
}
