import type { KernelProfile, Timed } from './kernel-profile.js';

const heads = ['layer', 'ms', 'share', 'GFLOP/s', 'GB/s', 'kernel'];
/** Columns of text; figures are set to the right. */
const texts = [heads.indexOf('layer'), heads.indexOf('kernel')];
/** Longest text of a kernel; a fused one may tell of twenty layers. */
const longest = 60;

/** Kernels as lines of text, with their share of `total`, which is the last line. */
export function profileTable(kernels: readonly KernelProfile[], total: Timed): string {
  const figures = ({ milliseconds, gflops, gigabytesPerSecond }: Timed): string[] => [
    milliseconds.toFixed(3),
    total.milliseconds > 0 ? `${((100 * milliseconds) / total.milliseconds).toFixed(1)} %` : '–',
    rate(gflops),
    rate(gigabytesPerSecond),
  ];
  const rows = [
    heads,
    ...kernels.map((kernel) => [kernel.layer || '–', ...figures(kernel), shortened(kernel.label)]),
    ['all kernels', ...figures(total), ''],
  ];
  const widths = heads.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (texts.includes(column) ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('  ')
      .trimEnd();
  const rule = '─'.repeat(widths.reduce((sum, width) => sum + width + 2, -2));
  const [head, ...lines] = rows.map(line);
  return [head, rule, ...lines.slice(0, -1), rule, lines.at(-1)].join('\n');
}

/** No work, or no time that the clock saw, is no rate. */
function rate(value: number): string {
  return value > 0 ? value.toFixed(1) : '–';
}

function shortened(label: string): string {
  return label.length > longest ? `${label.slice(0, longest - 1)}…` : label;
}
