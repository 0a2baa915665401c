import { firstOf } from '@adjoint/experiment';
import { fitReport, validationCurve, type FitReport, type Summary } from '@adjoint/generalization';
import { lineChart } from '@adjoint/plots';
import { denseJob, digits, foldsOf, percent, type Context, type Part } from './setting.js';

interface Point {
  readonly units: number;
  readonly train: Summary;
  readonly test: Summary;
  readonly trainAccuracy: Summary;
  readonly testAccuracy: Summary;
  readonly report: FitReport;
}

/** Under- and over-fitting by the number of hidden units. */
export async function capacity(context: Context): Promise<Part> {
  const { app, plan, log } = context;
  const images = firstOf(context.train, plan.images);
  const job = (units: number) => denseJob(context, images, units, plan.epochs);
  const curve = await validationCurve(app, plan.units, job, foldsOf(images, context));
  const points = curve.map(({ value, ...figures }): Point => {
    const [train, test] = [part(figures.train, 'loss'), part(figures.test, 'loss')];
    const report = fitReport(figures, { baseline: Math.log(10), tolerated: 0.1 });
    log(`${value} units: loss ${digits(train.mean)} in training, ${digits(test.mean)} in the test: ${report.verdict}`);
    return {
      units: value,
      train,
      test,
      trainAccuracy: part(figures.train, 'accuracy'),
      testAccuracy: part(figures.test, 'accuracy'),
      report,
    };
  });
  return {
    figures: { capacity: points },
    published: [],
    plots: { generalization: plot(points, context) },
    conclusions: conclusions(points),
  };
}

function conclusions(points: readonly Point[]): string[] {
  const best = points.reduce((a, b) => (b.test.mean < a.test.mean ? b : a));
  const most = points.reduce((a, b) => (b.testAccuracy.mean > a.testAccuracy.mean ? b : a));
  const last = points.at(-1) ?? best;
  const judged = (verdict: string) =>
    points.filter(({ report }) => report.verdict.includes(verdict)).map(({ units }) => units);
  return [
    `fitReport judges ${listed(judged('under-fitting'))} as under-fitting and ${listed(judged('over-fitting'))} as over-fitting.`,
    `The loss of the test is least with ${best.units} units (${digits(best.test.mean, 3)}); with ${last.units} it is ${digits(last.test.mean, 3)}, against ${digits(last.train.mean, 3)} in training. Test accuracy is highest with ${most.units} (${percent(most.testAccuracy.mean)})${
      most.units > best.units ? ': a larger network is surer of its mistakes before it makes more of them' : ''
    }.`,
  ];
}

function listed(values: readonly number[]): string {
  return values.length === 0 ? 'no network' : `${values.join(', ')} units`;
}

function plot(points: readonly Point[], { plan }: Context): string {
  const series = (name: string, of: (point: Point) => Summary) => ({
    name,
    points: points.map((point) => [point.units, of(point).mean] as const),
    band: points.map((point) => {
      const { mean, deviation } = of(point);
      return [point.units, mean - deviation, mean + deviation] as const;
    }),
  });
  return lineChart({
    title: 'Under- and over-fitting by capacity',
    subtitle: `One hidden layer, ${plan.images} images, ${plan.epochs} epochs; mean ± standard deviation of ${plan.folds} folds`,
    x: { label: 'hidden units', scale: 'log' },
    y: { label: 'cross-entropy' },
    dots: true,
    series: [series('test part', ({ test }) => test), series('training part', ({ train }) => train)],
  });
}

export function part(figures: Readonly<Record<string, Summary>>, name: string): Summary {
  return figures[name] ?? { mean: Number.NaN, deviation: Number.NaN, values: [] };
}
