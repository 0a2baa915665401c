import { areaY, dot, lineY, ruleX, ruleY, type Markish } from '@observablehq/plot';
import { toSvg } from '../to-svg.js';

/** One curve. */
export interface Series {
  readonly name: string;
  /** [x, y], in the order in which they are joined. A y that is not finite is a gap. */
  readonly points: readonly (readonly [x: number, y: number])[];
  /** [x, lower, upper]: an interval, drawn as an area behind the curve. */
  readonly band?: readonly (readonly [x: number, lower: number, upper: number])[];
  readonly color?: string;
  readonly dashed?: boolean;
  /** What the legend calls it; its name if not given. Curves of one entry have the color of the first. */
  readonly legend?: string;
}

export interface Axis {
  readonly label?: string;
  /** `linear` if not given. */
  readonly scale?: 'linear' | 'log' | 'sqrt';
  /** Least and greatest value that are shown; what lies outside is cut off. */
  readonly domain?: readonly [number, number];
}

export interface LineChartOptions {
  readonly title?: string;
  readonly subtitle?: string;
  readonly series: readonly Series[];
  readonly x?: Axis;
  readonly y?: Axis;
  /** Marks each point with a dot. */
  readonly dots?: boolean;
  /** Horizontal lines for values to compare with, such as a published figure. */
  readonly levels?: readonly { readonly value: number; readonly color?: string }[];
  /** Vertical lines. */
  readonly places?: readonly number[];
  /** In pixels; 640 × 360 if not given. */
  readonly width?: number;
  readonly height?: number;
}

/** Curves over one axis, with intervals and a legend, as SVG. */
export function lineChart({
  series,
  x = {},
  y = {},
  dots,
  levels = [],
  places = [],
  ...rest
}: LineChartOptions): string {
  const marks: Markish[] = [];
  const entryOf = ({ name, legend = name }: Series): string => legend;
  const entries = [...new Set(series.map(entryOf))];
  const colorOf = (entry: string, i: number): string =>
    series.find((each) => entryOf(each) === entry)?.color ?? palette[i % palette.length]!;
  for (const each of series) {
    const { band } = each;
    const fill = named(entryOf(each));
    if (band) marks.push(areaY(band, { x: '0', y1: '1', y2: '2', fill, fillOpacity: 0.15, clip: true }));
  }
  for (const { value, color } of levels)
    marks.push(ruleY([value], { stroke: color ?? '#888', strokeDasharray: '3,3' }));
  if (places.length > 0) marks.push(ruleX(places, { stroke: '#888', strokeDasharray: '3,3' }));
  for (const each of series) {
    const { points, dashed } = each;
    const common = { x: '0', y: '1', stroke: named(entryOf(each)), clip: true };
    marks.push(lineY(points, { ...common, strokeWidth: 1.75, ...(dashed && { strokeDasharray: '6,4' }) }));
    if (dots) marks.push(dot(points, { ...common, fill: named(entryOf(each)), r: 2.5 }));
  }
  return toSvg({
    width: 640,
    height: 360,
    marginLeft: 56,
    grid: true,
    ...rest,
    x: axisOf(x),
    y: axisOf(y),
    color: {
      legend: entries.length > 1,
      domain: entries,
      range: entries.map(colorOf),
    },
    marks,
  });
}

/** Okabe and Ito's colors, which colour-blind readers can tell apart, and three more. */
export const palette: readonly string[] = [
  '#0072b2',
  '#d55e00',
  '#009e73',
  '#cc79a7',
  '#e69f00',
  '#56b4e9',
  '#000000',
  '#8c564b',
  '#7f7f7f',
  '#b8a900',
];

/** The color of a series; a name that is a color by itself, such as `none`, would be taken for that color. */
function named(name: string) {
  return { value: () => name, scale: 'color' } as const;
}

function axisOf({ label, scale = 'linear', domain }: Axis) {
  return { label: label ?? null, type: scale, ...(domain && { domain }) };
}
