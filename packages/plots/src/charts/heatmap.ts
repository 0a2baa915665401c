import { cell, text } from '@observablehq/plot';
import { toSvg } from '../to-svg.js';

export interface HeatmapOptions {
  readonly title?: string;
  readonly subtitle?: string;
  /** Row by row, from the top; rows of equal length. */
  readonly values: readonly (readonly number[])[];
  readonly rows?: { readonly label?: string; readonly names?: readonly string[] };
  readonly columns?: { readonly label?: string; readonly names?: readonly string[] };
  /** Writes the values into the cells; so many digits behind the point. */
  readonly digits?: number;
  /** A scheme of d3-scale-chromatic; `blues` if not given, `rdbu` is good for values around 0. */
  readonly scheme?: 'blues' | 'greys' | 'viridis' | 'rdbu';
  /** In pixels. */
  readonly width?: number;
  readonly height?: number;
}

/** A table of numbers as colored cells, such as a confusion matrix (rows true, columns predicted) or a filter, as SVG. */
export function heatmap({
  values,
  rows = {},
  columns = {},
  digits,
  scheme = 'blues',
  ...rest
}: HeatmapOptions): string {
  const nameOf = (names: readonly string[] | undefined, i: number) => names?.[i] ?? String(i);
  const cells = values.flatMap((row, i) =>
    row.map((value, j) => ({ row: nameOf(rows.names, i), column: nameOf(columns.names, j), value })),
  );
  const greatest = Math.max(...cells.map(({ value }) => Math.abs(value)));
  const diverging = scheme === 'rdbu';
  const domain = diverging ? [-greatest, greatest] : [Math.min(0, ...cells.map(({ value }) => value)), greatest];
  const size = Math.min(36, Math.max(8, 480 / Math.max(values.length, values[0]?.length ?? 1)));
  const longest = Math.max(1, ...(rows.names ?? []).map((name) => name.length));
  return toSvg({
    width: 60 + 6.5 * longest + size * (values[0]?.length ?? 1),
    height: 70 + size * values.length,
    marginLeft: 30 + 6.5 * longest,
    marginBottom: 50,
    padding: 0.02,
    ...rest,
    x: {
      label: columns.label ?? null,
      domain: [...new Set(cells.map(({ column }) => column))],
      tickRotate: columns.names ? -35 : 0,
    },
    y: { label: rows.label ?? null, domain: [...new Set(cells.map(({ row }) => row))] },
    color: { type: 'linear', scheme, domain },
    marks: [
      cell(cells, { x: 'column', y: 'row', fill: 'value' }),
      ...(digits === undefined
        ? []
        : [
            text(cells, {
              x: 'column',
              y: 'row',
              text: ({ value }: { value: number }) => value.toFixed(digits),
              fill: ({ value }: { value: number }) => (Math.abs(value) > 0.6 * greatest ? 'white' : 'black'),
            }),
          ]),
    ],
  });
}
