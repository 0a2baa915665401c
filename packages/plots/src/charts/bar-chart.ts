import { barX, dot, ruleX, ruleY } from '@observablehq/plot';
import { toSvg } from '../to-svg.js';
import { palette } from './line-chart.js';

/** One bar: a value, its interval, and what it is compared with. */
export interface Bar {
  readonly label: string;
  readonly value: number;
  readonly interval?: readonly [lower: number, upper: number];
  /** A value from elsewhere, such as a published one, drawn as a ring. */
  readonly reference?: number;
  /** Bars of one group have one color. */
  readonly group?: string;
}

export interface BarChartOptions {
  readonly title?: string;
  readonly subtitle?: string;
  readonly bars: readonly Bar[];
  readonly x?: { readonly label?: string; readonly domain?: readonly [number, number] };
  /** In pixels; 640 wide and 24 for a bar if not given. */
  readonly width?: number;
  readonly height?: number;
}

/** Horizontal bars in the order given, with intervals and values to compare with, as SVG. */
export function barChart({ bars, x = {}, ...rest }: BarChartOptions): string {
  const groups = [...new Set(bars.map(({ group }) => group ?? ''))];
  const longest = Math.max(...bars.map(({ label }) => label.length));
  const base = x.domain?.[0] ?? 0;
  return toSvg({
    width: 640,
    height: 60 + 24 * bars.length,
    marginLeft: 20 + 6.5 * longest,
    ...rest,
    x: { label: x.label ?? null, grid: true, ...(x.domain && { domain: x.domain }) },
    y: { label: null, domain: bars.map(({ label }) => label) },
    color: { legend: groups.length > 1, domain: groups, range: [...palette] },
    marks: [
      barX(bars, {
        x1: base,
        x2: 'value',
        y: 'label',
        // A group that is called after a color is not meant as that color.
        fill: { value: (bar: Bar) => bar.group ?? '', scale: 'color' },
        fillOpacity: 0.8,
        clip: true,
      }),
      ruleY(
        bars.filter(({ interval }) => interval),
        { x1: (bar: Bar) => bar.interval![0], x2: (bar: Bar) => bar.interval![1], y: 'label', strokeWidth: 1.5 },
      ),
      dot(
        bars.filter(({ reference }) => reference !== undefined),
        { x: 'reference', y: 'label', r: 5, stroke: 'black', strokeWidth: 1.5 },
      ),
      ruleX([base]),
    ],
  });
}
