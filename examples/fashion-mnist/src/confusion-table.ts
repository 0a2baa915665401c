import type { HostTensor } from 'adjoint';
import Table from 'cli-table3';

/** The confusion matrix [classes, classes] as a table: true classes down, predicted classes across. */
export function confusionTable({ data }: HostTensor, classes: readonly string[]): string {
  const table = new Table({
    head: ['true \\ predicted', ...classes.map((name) => name.slice(0, 6).trim()), 'recall'],
    colAligns: ['left', ...classes.map(() => 'right' as const), 'right'],
    style: { head: [], border: [], compact: true },
  });
  classes.forEach((name, i) => {
    const counts = [...data.subarray(i * classes.length, (i + 1) * classes.length)];
    const total = counts.reduce((sum, count) => sum + count, 0);
    table.push([name, ...counts.map(String), total === 0 ? '–' : (counts[i]! / total).toFixed(2)]);
  });
  return table.toString();
}
