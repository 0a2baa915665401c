import type { Row } from './row.js';

const headings = ['work', 'runner', 'median ms', 'min', 'max', 'n', 'images/s', 'GFLOP/s', 'peak MiB', 'time ratio'];

/** All rows as text; the last column is a runner's median time over that of the first runner in the same work. */
export function formatTable(rows: readonly Row[]): string {
  const lines = rows.map((row) => {
    const base = rows.find(({ work }) => work === row.work)!;
    return [
      row.work,
      `${row.runner} (${row.threads})`,
      ...[row.medianMs, row.minMs, row.maxMs].map(threeDigits),
      String(row.samples),
      row.imagesPerSecond === undefined ? '' : threeDigits(row.imagesPerSecond),
      threeDigits(row.gflops),
      row.peakMiB === undefined ? '' : row.peakMiB.toFixed(0),
      `${threeDigits(row.medianMs / base.medianMs)} ×`,
    ];
  });
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...lines.map((line) => line[column]!.length)),
  );
  const align = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => (column < 2 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('  ')
      .trimEnd();
  return [align(headings), widths.map((width) => '─'.repeat(width)).join('  '), ...lines.map(align)].join('\n');
}

/** At least three significant digits, and never an exponent. */
function threeDigits(value: number): string {
  const decimals = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(decimals, 4));
}
