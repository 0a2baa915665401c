import { contour, dot, lineY } from '@observablehq/plot';
import { toSvg } from '../to-svg.js';
import { palette, type Series } from './line-chart.js';

/** An axis of a plane, which has to know its ends. */
export interface PlaneAxis {
  readonly label?: string;
  readonly domain: readonly [number, number];
}

export interface ContourChartOptions {
  readonly title?: string;
  readonly subtitle?: string;
  /** The height at a point of the plane. */
  readonly height: (x: number, y: number) => number;
  readonly x: PlaneAxis;
  readonly y: PlaneAxis;
  /** Heights at which lines are drawn: so many, evenly spread, or these; 20 if not given. */
  readonly levels?: number | readonly number[];
  /** Curves over the plane, such as the ways of optimizers. */
  readonly paths?: readonly Pick<Series, 'name' | 'points' | 'color'>[];
  /** Points that are marked with a ring, such as minima. */
  readonly marked?: readonly (readonly [x: number, y: number])[];
  /** In pixels; 640 × 480 if not given. */
  readonly size?: readonly [width: number, height: number];
}

/** Lines of equal height over a plane, and curves over them, each with a dot where it ends, as SVG. */
export function contourChart({
  height,
  x,
  y,
  levels = 20,
  paths = [],
  marked = [],
  size = [640, 480],
  ...rest
}: ContourChartOptions): string {
  const axisOf = ({ label, domain }: PlaneAxis) => ({ label: label ?? null, domain });
  return toSvg({
    width: size[0],
    height: size[1],
    marginLeft: 56,
    ...rest,
    x: axisOf(x),
    y: axisOf(y),
    color: {
      legend: paths.length > 1,
      domain: paths.map(({ name }) => name),
      range: paths.map(({ color }, i) => color ?? palette[i % palette.length]!),
    },
    marks: [
      contour(undefined, {
        // Contours go around what is higher than a level; turned over, they leave out the frame around a valley.
        value: (across: number, up: number) => -height(across, up),
        x1: x.domain[0],
        x2: x.domain[1],
        y1: y.domain[0],
        y2: y.domain[1],
        thresholds: typeof levels === 'number' ? levels : levels.map((level) => -level),
        pixelSize: 4,
        stroke: '#aaa',
        strokeWidth: 0.7,
        clip: true,
      }),
      ...paths.flatMap(({ name, points }) => [
        lineY(points, { x: '0', y: '1', stroke: () => name, strokeWidth: 1.5, strokeOpacity: 0.85, clip: true }),
        dot(points.slice(-1), { x: '0', y: '1', fill: () => name, r: 4, clip: true }),
      ]),
      dot(marked, { x: '0', y: '1', r: 6, stroke: 'black', strokeWidth: 1.5 }),
    ],
  });
}
