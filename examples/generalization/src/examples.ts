import { firstOf } from '@adjoint/experiment';
import { learningCurve } from '@adjoint/generalization';
import { lineChart } from '@adjoint/plots';
import { part } from './capacity.js';
import { denseJob, foldsOf, percent, type Context, type Part } from './setting.js';

const units = 64;

/** Figures by the number of examples. */
export async function examples(context: Context): Promise<Part> {
  const { app, plan, seed } = context;
  const images = firstOf(context.train, plan.curveImages);
  const job = denseJob(context, images, units, plan.epochs);
  const curve = await learningCurve(app, job, foldsOf(images, context), { shares: plan.shares, seed });
  const points = curve.map(({ size, train, test }) => ({
    size,
    train: part(train, 'accuracy'),
    test: part(test, 'accuracy'),
  }));
  const [first, last] = [points[0], points.at(-1)];
  const series = (name: string, of: 'train' | 'test') => ({
    name,
    points: points.map((point) => [point.size, point[of].mean] as const),
    band: points.map(({ size, [of]: { mean, deviation } }) => [size, mean - deviation, mean + deviation] as const),
  });
  return {
    figures: { learningCurve: points },
    published: [],
    plots: {
      'generalization-learning-curve': lineChart({
        title: 'Learning curve',
        subtitle: `${units} hidden units, ${plan.epochs} epochs; mean ± standard deviation of ${plan.folds} folds`,
        x: { label: 'images trained on', scale: 'log' },
        y: { label: 'accuracy' },
        dots: true,
        series: [series('test part', 'test'), series('training part', 'train')],
      }),
    },
    conclusions:
      first && last
        ? [
            `From ${first.size} to ${last.size} images test accuracy goes from ${percent(first.test.mean)} to ${percent(last.test.mean)}, and the gap from ${percent(first.train.mean - first.test.mean)} to ${percent(last.train.mean - last.test.mean)}: ${last.train.mean - last.test.mean > 0.02 ? 'the curves have not met, so more images would still help' : 'the curves have met, so more images would help little'}.`,
          ]
        : [],
  };
}
