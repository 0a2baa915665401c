import {
  barChart,
  heatmap,
  lineChart,
  palette,
  smoothed,
  spread,
  thinned,
  type Point,
  type Series,
} from '@adjoint/plots';
import type { Phase, Place, Reading, RunData, Table } from './run-data.js';

/** A chart with what it is known by. */
export interface Chart {
  readonly id: string;
  readonly svg: string;
}

export interface ChartOptions {
  /** Over what; `step` if not given. */
  readonly place?: Place;
  /** Of steps, from 0 (as they are) to below 1; see `smoothed`. 0 if not given. */
  readonly smoothing?: number;
  /** Of figures that are positive. */
  readonly logarithmic?: boolean;
  /** In pixels. */
  readonly width?: number;
  /** Of a run among all; its place in the list if not given. */
  readonly colorOf?: (run: RunData) => string;
}

/** Points of a curve that are drawn. */
const mostPoints = 600;
const labels: Record<Place, string> = { step: 'updates', epoch: 'epochs', seconds: 'seconds' };
/** In this order, after all other figures. */
const lastFigures = ['learningRate', 'gradientNorm', 'penalty', 'milliseconds'];
const titles: Readonly<Record<string, string>> = {
  learningRate: 'learning rate',
  gradientNorm: 'norm of the gradient',
  milliseconds: 'milliseconds of a step',
};

/** The names of what was measured, the loss first: `gradientNorm` stands for all `gradientNorm/…`. */
export function figuresOf(runs: readonly RunData[]): string[] {
  const found = new Set(runs.flatMap(({ curves }) => [...curves.keys()].map((name) => familyOf(figureOf(name)))));
  const rank = (figure: string): number => (figure === 'loss' ? -1 : lastFigures.indexOf(figure) + 1);
  return [...found].sort((a, b) => rank(a) - rank(b));
}

/** A chart of curves for each figure: training drawn through, validation dashed, a color for each run. */
export function curveCharts(runs: readonly RunData[], options: ChartOptions = {}): Chart[] {
  return figuresOf(runs).map((figure) => ({ id: `curve-${figure}`, svg: curveChart(runs, figure, options) }));
}

function curveChart(runs: readonly RunData[], figure: string, options: ChartOptions): string {
  const { place = 'step', smoothing = 0, logarithmic = false, width = 520, colorOf } = options;
  const isAlone = runs.length === 1;
  const series = runs.flatMap((run, i): Series[] => {
    // Of one run alone, colors tell its curves apart.
    const own = isAlone ? {} : { legend: run.name, color: colorOf?.(run) ?? palette[i % palette.length]! };
    return curvesOf(run, figure).map(({ phase, part, readings }): Series => {
      const points = pointsOf(readings, place);
      return {
        name: [run.name, part, phase === 'validation' ? 'validation' : 'training']
          .filter((word) => word !== '')
          .join(' '),
        ...(isAlone && { legend: [part, phase === 'validation' ? 'validation' : 'training'].join(' ').trim() }),
        points: thinned(phase === 'step' ? smoothed(points, smoothing) : points, mostPoints),
        dashed: phase === 'validation',
        ...own,
      };
    });
  });
  const isPositive = series.every(({ points }) => points.every(([, y]) => !(y <= 0)));
  return lineChart({
    title: titles[figure] ?? figure,
    ...(!isAlone && series.some(({ dashed }) => dashed) && { subtitle: 'dashed: validation' }),
    series,
    x: { label: labels[place] },
    y: { scale: logarithmic && isPositive ? 'log' : 'linear' },
    dots: series.every(({ points }) => points.length < 20),
    width,
    height: Math.round(width * 0.55),
  });
}

/** The curves of a figure and of its parts, `gradientNorm/…`; the means of epochs only where there are no steps. */
function curvesOf(run: RunData, figure: string) {
  return [...run.curves].flatMap(([curve, readings]) => {
    const name = figureOf(curve);
    const phase = curve.slice(0, curve.indexOf('/')) as Phase;
    if (familyOf(name) !== figure || (phase === 'epoch' && run.curves.has(`step/${name}`))) return [];
    return [{ phase, part: name.slice(figure.length + 1), readings }];
  });
}

/** Runs that belong together (members of an ensemble, folds, trials): mean and range over them, and each one's last figure. */
export function groupCharts(
  group: string,
  runs: readonly RunData[],
  { place = 'epoch', width = 520 }: ChartOptions = {},
): Chart[] {
  const ofPhase = (phase: Phase): string[] =>
    figuresOf(runs).filter((figure) => runs.every(({ curves }) => curves.has(`${phase}/${figure}`)));
  const phase: Phase = ofPhase('validation').length > 0 ? 'validation' : 'epoch';
  return ofPhase(phase).flatMap((figure): Chart[] => {
    const curves = runs.map((run) => pointsOf(run.curves.get(`${phase}/${figure}`)!, place));
    const { mean, band } = spread(curves);
    const title = `${phase === 'validation' ? 'validation ' : ''}${titles[figure] ?? figure} of the ${runs.length} of ${group}`;
    return [
      {
        id: `group-${figure}`,
        svg: lineChart({
          title,
          subtitle: 'the line is the mean, the area reaches from the least to the greatest',
          series: [
            { name: 'mean', points: mean, band, color: palette[0]! },
            ...curves.map((points, i) => ({
              name: runs[i]!.name,
              legend: 'each',
              points,
              dashed: true,
              color: '#aaa',
            })),
          ].reverse(),
          x: { label: labels[place] },
          width,
          height: Math.round(width * 0.6),
        }),
      },
      {
        id: `members-${figure}`,
        svg: barChart({
          title: `${title}, in the end`,
          bars: runs.map((run) => ({ label: run.name, value: run.last(`${phase}/${figure}`) ?? NaN })),
          x: { label: figure },
          width,
        }),
      },
    ];
  });
}

/** The confusion matrix of a run, if it has one: rows are true classes, columns predicted ones. */
export function confusionChart(run: RunData): Chart | undefined {
  const found = confusionOf(run);
  if (!found) return undefined;
  const names = run.metadata.classes ?? found.map((_, i) => String(i));
  const axis = (label: string): { label: string; names: readonly string[] } => ({ label, names });
  return {
    id: 'confusion',
    svg: heatmap({
      title: 'confusion matrix of the validation',
      values: found,
      rows: axis('true class'),
      columns: axis('predicted class'),
      ...(found.length <= 20 && { digits: 0 }),
    }),
  };
}

export function confusionOf(run: RunData): Table | undefined {
  return [...run.tables].find(
    ([name, table]) => name.startsWith('confusionMatrix') && table.length === table[0]?.length,
  )?.[1];
}

/** The slowest kernels of a step, if it was profiled. */
export function kernelChart(
  run: RunData,
  { width = 720, top = 20 }: { readonly width?: number; readonly top?: number } = {},
): Chart | undefined {
  if (run.kernels.length === 0) return undefined;
  const total = run.kernels.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  const bars = run.kernels
    .map(({ label, kind, milliseconds }, i) => ({
      // Labels of two kernels may be the same.
      label: shortened(`${i + 1} ${label}`),
      value: milliseconds,
      group: kind,
    }))
    .sort((a, b) => b.value - a.value)
    .slice(0, top);
  return {
    id: 'kernels',
    svg: barChart({
      title: 'kernels of a step',
      subtitle: `the slowest of ${run.kernels.length}, which take ${total.toPrecision(3)} ms together`,
      bars,
      x: { label: 'milliseconds' },
      width,
    }),
  };
}

function pointsOf(readings: readonly Reading[], place: Place): Point[] {
  return readings.map((reading): Point => [reading[place], reading.value]);
}

function figureOf(curve: string): string {
  return curve.slice(curve.indexOf('/') + 1);
}

function familyOf(figure: string): string {
  const [family = figure] = figure.split('/');
  return family;
}

function shortened(text: string): string {
  return text.length <= 44 ? text : `${text.slice(0, 43)}…`;
}
