import { axisX, line, ruleX, text } from '@observablehq/plot';
import { toSvg } from '../to-svg.js';

/** One trial: its value on each axis; text on an axis of categories. */
export type Trial = Readonly<Record<string, number | string>>;

export interface ParallelCoordinatesOptions {
  readonly title?: string;
  readonly subtitle?: string;
  readonly trials: readonly Trial[];
  /** The names of the axes, from left to right; each numeric one may be logarithmic. */
  readonly axes: readonly { readonly name: string; readonly log?: boolean }[];
  /** The axis whose value colors the lines; the last one if not given. */
  readonly color?: string;
  /** In pixels; 640 × 360 if not given. */
  readonly width?: number;
  readonly height?: number;
}

interface Point {
  readonly trial: number;
  readonly axis: string;
  /** From 0, at the bottom, to 1. */
  readonly at: number;
}

/** The trials of a search, each a line over one axis an option, coloured by its score (Inselberg 1985), as SVG. */
export function parallelCoordinates({ trials, axes, color, ...rest }: ParallelCoordinatesOptions): string {
  const colorAxis = color ?? axes.at(-1)?.name ?? '';
  const points: Point[] = [];
  const ticks: { axis: string; at: number; label: string }[] = [];
  for (const { name, log = false } of axes) {
    const values = trials.map((trial) => trial[name]);
    const { place, marks } = scaleOf(values, log);
    for (const [trial, value] of values.entries()) {
      if (value !== undefined) points.push({ trial, axis: name, at: place(value) });
    }
    for (const value of marks) ticks.push({ axis: name, at: place(value), label: labelOf(value) });
  }
  return toSvg({
    width: 640,
    height: 360,
    marginLeft: 60,
    marginRight: 60,
    marginTop: 30,
    marginBottom: 20,
    ...rest,
    x: { type: 'point', domain: axes.map(({ name }) => name), label: null, axis: null },
    y: { axis: null, domain: [0, 1] },
    color: { type: 'linear', scheme: 'viridis' },
    marks: [
      ruleX(axes.map(({ name }) => name)),
      axisX({ anchor: 'top', tickSize: 0, fontWeight: 600 }),
      line(points, {
        x: 'axis',
        y: 'at',
        z: 'trial',
        stroke: ({ trial }: Point) => points.find((p) => p.trial === trial && p.axis === colorAxis)?.at ?? 0,
        strokeOpacity: 0.7,
      }),
      text(ticks, { x: 'axis', y: 'at', text: 'label', textAnchor: 'start', dx: 4, stroke: 'white', fill: 'black' }),
    ],
  });
}

function scaleOf(values: readonly (number | string | undefined)[], log: boolean) {
  const numbers = values.filter((value) => typeof value === 'number');
  if (numbers.length < values.filter((value) => value !== undefined).length) {
    const categories = [...new Set(values.filter((value) => value !== undefined))];
    const step = categories.length > 1 ? 1 / (categories.length - 1) : 0;
    return { place: (value: number | string) => categories.indexOf(value) * step, marks: categories };
  }
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  const position = (value: number) => (log ? Math.log(value) : value);
  const span = position(high) - position(low);
  const place = (value: number | string) => (span > 0 ? (position(Number(value)) - position(low)) / span : 0.5);
  const at = (fraction: number) => {
    const inner = position(low) + fraction * span;
    return log ? Math.exp(inner) : inner;
  };
  return { place, marks: span > 0 ? [low, at(0.5), high] : [low] };
}

function labelOf(value: number | string): string {
  return typeof value === 'number' ? String(Number(value.toPrecision(3))) : value;
}
