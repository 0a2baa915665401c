import type { EpochResult } from 'adjoint';
import { firstOf } from '@adjoint/experiment';
import { crossValidate, fitReport } from '@adjoint/generalization';
import { lineChart } from '@adjoint/plots';
import { part } from './capacity.js';
import { denseJob, digits, foldsOf, meanOf, percent, type Context, type Part } from './setting.js';

const patience = 5;

/** Over-fitting by the number of epochs, and what early stopping makes of it. */
export async function epochs(context: Context): Promise<Part> {
  const { app, plan } = context;
  const images = firstOf(context.train, plan.images);
  const splits = foldsOf(images, context);
  const job = denseJob(context, images, Math.max(...plan.units), plan.longEpochs);
  const long = await crossValidate(app, job, splits);
  const stopping = { earlyStopping: { patience, restoreBest: true } };
  // Its validation is a fifth of each training part: the test part may not decide when to stop.
  const stopped = await crossValidate(app, { ...job, trainer: { ...job.trainer, regularizers: [stopping] } }, splits, {
    validationShare: 0.2,
  });
  const report = fitReport(long, { baseline: Math.log(10) });
  const curve = (of: (epoch: EpochResult) => number | undefined): number[] =>
    Array.from({ length: plan.longEpochs }, (_, epoch) =>
      meanOf(
        long.folds.map(({ result }) => {
          const at = result.history[epoch];
          return (at && of(at)) ?? Number.NaN;
        }),
      ),
    );
  const train = curve(({ metrics }) => metrics['loss']);
  const test = curve(({ validation }) => validation?.['loss']);
  const best = test.indexOf(Math.min(...test)) + 1;
  const [longLoss, stoppedLoss] = [part(long.test, 'loss'), part(stopped.test, 'loss')];
  const [longAccuracy, stoppedAccuracy] = [part(long.test, 'accuracy'), part(stopped.test, 'accuracy')];
  const stoppedAt = stopped.folds.map(({ result }) => result.history.length);
  return {
    figures: {
      epochs: { train, test, best, longLoss, longAccuracy, stoppedLoss, stoppedAccuracy, stoppedAt, report },
    },
    published: [],
    plots: {
      'generalization-epochs': lineChart({
        title: 'Under- and over-fitting by epochs',
        subtitle: `${Math.max(...plan.units)} hidden units, ${plan.images} images, mean of ${plan.folds} folds; dashed: the best epoch, and the loss with early stopping`,
        x: { label: 'epoch' },
        y: { label: 'cross-entropy' },
        series: [
          { name: 'test part', points: test.map((loss, epoch) => [epoch + 1, loss] as const) },
          { name: 'training part', points: train.map((loss, epoch) => [epoch + 1, loss] as const) },
        ],
        places: [best],
        levels: [{ value: stoppedLoss.mean, color: '#009e73' }],
      }),
    },
    conclusions: [
      `Over ${plan.longEpochs} epochs the loss of the test part is least after ${best} (${digits(Math.min(...test), 3)}) and ends at ${digits(longLoss.mean, 3)}, while that of training goes down to ${digits(train.at(-1) ?? Number.NaN, 3)}. fitReport: ${report.verdict}. ${report.reasons.join(' ')}`,
      `With early stopping (patience ${patience}, best weights, a fifth of the training part to validate on) runs end after ${stoppedAt.join(', ')} epochs with a test loss of ${digits(stoppedLoss.mean, 3)} instead of ${digits(longLoss.mean, 3)}, and a test accuracy of ${percent(stoppedAccuracy.mean)} instead of ${percent(longAccuracy.mean)}${stoppedAccuracy.mean < longAccuracy.mean ? ': the loss gains, accuracy does not, and the fifth that is held back is missing from training' : ''}.`,
    ],
  };
}
