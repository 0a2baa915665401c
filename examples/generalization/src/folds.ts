import type { Choice, Job } from 'adjoint';
import { firstOf } from '@adjoint/experiment';
import { crossValidate } from '@adjoint/generalization';
import { barChart } from '@adjoint/plots';
import { part } from './capacity.js';
import { digits, foldsOf, normalized, percent, testAccuracyOf, type Context, type Part } from './setting.js';

/** As reported for three convolutions on the 60,000 images: https://github.com/zalandoresearch/fashion-mnist/issues/59. */
const published = {
  folds: [0.92433, 0.92133, 0.92358, 0.92391, 0.92466],
  mean: 0.92357,
  deviation: 0.00118,
  test: 0.9256,
} as const;

/** Cross-validation of a small convolutional network beside a published one, and whether it foretells the test. */
export async function folds(context: Context): Promise<Part> {
  const { app, plan, log } = context;
  const images = firstOf(context.train, plan.allImages);
  const job = convolutionJob(context);
  const own: Job = { ...job, train: { data: normalized(images) } };
  const { test, folds: runs } = await crossValidate(app, own, foldsOf(images, context));
  const accuracy = part(test, 'accuracy');
  log(`folds: ${accuracy.values.map((value) => value.toFixed(4)).join(', ')}`);

  const onTest = await testAccuracyOf(context, own);
  const trainedOn = runs[0]?.train.length ?? 0;
  const note = `${trainedOn} images a fold instead of 48,000, a smaller network`;
  const label = (fold: number) => `fold ${fold + 1}`;
  const least = Math.min(...accuracy.values, ...published.folds);
  return {
    figures: {
      crossValidation: {
        folds: accuracy.values,
        mean: accuracy.mean,
        deviation: accuracy.deviation,
        test: onTest,
        trainedOn,
      },
    },
    published: [
      { figure: `${plan.folds}-fold accuracy, mean`, published: published.mean, ours: digits(accuracy.mean), note },
      {
        figure: 'standard deviation over the folds',
        published: published.deviation,
        ours: digits(accuracy.deviation, 3),
        note,
      },
      { figure: 'test accuracy of a run on all training images', published: published.test, ours: digits(onTest) },
    ],
    plots: {
      'generalization-cross-validation': barChart({
        title: `${plan.folds}-fold cross-validation on Fashion-MNIST`,
        subtitle: `Ours: ${images.size} images; ring: the published folds of 60,000 images`,
        x: { label: 'accuracy', domain: [Math.floor(least * 50) / 50, 0.95] },
        bars: [
          ...accuracy.values.map((value, fold) => ({
            label: label(fold),
            value,
            ...(published.folds[fold] !== undefined && { reference: published.folds[fold] }),
          })),
          {
            label: 'mean',
            value: accuracy.mean,
            interval: [accuracy.mean - accuracy.deviation, accuracy.mean + accuracy.deviation] as const,
            reference: published.mean,
          },
          { label: 'test', value: onTest, reference: published.test },
        ],
      }),
    },
    conclusions: [
      `${plan.folds} folds of ${images.size} images give ${percent(accuracy.mean)} with a standard deviation of ${percent(accuracy.deviation)}; published for 60,000 images and a larger network: ${percent(published.mean)}, ${percent(published.deviation)}. ${accuracy.deviation > published.deviation ? `Folds of ${Math.round(images.size / plan.folds)} images vary more than folds of 12,000: by chance alone by ${percent(binomial(accuracy.mean, images.size / plan.folds))} against ${percent(binomial(published.mean, 12_000))}.` : 'The folds vary no more than the published ones.'}`,
      `The test accuracy of a run on all of them is ${percent(onTest)}, ${percent(Math.abs(onTest - accuracy.mean))} ${onTest < accuracy.mean ? 'below' : 'above'} the mean of the folds, ${foretold(onTest - accuracy.mean, onTest, context.test.size)}; in the published run ${percent(published.test - published.mean)} above.`,
    ],
  };
}

/** The standard deviation of a share of right answers among so many. */
function binomial(share: number, count: number): number {
  return Math.sqrt((share * (1 - share)) / count);
}

function foretold(difference: number, share: number, count: number): string {
  const chance = 2 * binomial(share, count);
  return `${Math.abs(difference) <= chance ? 'within' : 'more than'} the two standard errors (${percent(chance)}) of ${count} test images`;
}

function convolutionJob({ app, seed, plan }: Context): Omit<Job, 'train'> {
  const convolution = (filters: number): Choice<'layer'>[] => [
    { conv2d: { filters, kernel: 4, stride: 2, padding: 1 } },
    'batchNorm',
    'relu',
  ];
  const layers: Choice<'layer'>[] = [
    ...convolution(8),
    ...convolution(16),
    'flatten',
    { dropout: { rate: 0.25 } },
    { dense: { units: 64 } },
    'relu',
    { dense: { units: 10 } },
  ];
  return {
    composition: app.sequential({ input: [1, 28, 28] }, layers).composition,
    seed,
    trainer: {
      loss: 'crossEntropy',
      optimizer: { adam: { learningRate: 3e-3 } },
      schedule: 'cosine',
      metrics: ['accuracy'],
    },
    fit: { epochs: plan.convolutionEpochs, batchSize: 64 },
  };
}
