import type { Job } from 'adjoint';
import { split } from '@adjoint/data';
import { firstOf } from '@adjoint/experiment';
import {
  logUniform,
  logWhole,
  oneOf,
  parallelAxes,
  search as searchJobs,
  Study,
  tpe,
  uniform,
} from '@adjoint/generalization';
import { parallelCoordinates } from '@adjoint/plots';
import { digits, normalized, percent, testAccuracyOf, type Context, type Part } from './setting.js';

const space = {
  rate: logUniform(1e-4, 1e-1),
  units: logWhole(8, 256),
  dropout: uniform(0, 0.7),
  penalty: logUniform(1e-6, 1e-2),
  activation: oneOf('relu', 'tanh', 'sigmoid'),
};

/** A search, and how far the figure of its winner is from that of images that the search has not seen. */
export async function search(context: Context): Promise<Part> {
  const { app, plan, seed, log } = context;
  const images = firstOf(context.train, plan.images);
  const held = Math.round(images.size / 5);
  const [own, validation] = split(images, [images.size - held, held], { seed, stratify: images.allTargets().data });
  const study = new Study({
    space,
    propose: tpe({ startup: Math.ceil(plan.trials / 3) }),
    trials: plan.trials,
    goal: 'maximize',
    seed,
  });
  const jobOf = ({
    rate,
    units,
    dropout,
    penalty,
    activation,
  }: NonNullable<typeof study.best>['configuration']): Job => ({
    composition: app.sequential({ input: [1, 28, 28] }, [
      'flatten',
      { dense: { units } },
      activation,
      { dropout: { rate: dropout } },
      { dense: { units: 10 } },
    ]).composition,
    seed,
    trainer: {
      loss: 'crossEntropy',
      optimizer: { adam: { learningRate: rate } },
      regularizers: [{ l2: { strength: penalty } }],
      metrics: ['accuracy'],
    },
    fit: { epochs: plan.trialEpochs, batchSize: 50 },
    train: { data: normalized(own) },
    validation: { data: normalized(validation) },
  });
  await searchJobs(app, study, jobOf, { figure: 'accuracy' });
  log(study.table());
  const { best } = study;
  if (!best)
    return { figures: { search: study.state }, published: [], plots: {}, conclusions: ['No trial came to its end.'] };
  const onTest = await testAccuracyOf(context, jobOf(best.configuration));
  const value = best.value ?? Number.NaN;
  return {
    figures: { search: { trials: study.trials, best: best.number, validation: value, test: onTest } },
    published: [],
    plots: {
      'generalization-search': parallelCoordinates({
        title: `A search of ${plan.trials} trials (TPE)`,
        subtitle: `Accuracy on ${held} validation images after ${plan.trialEpochs} epochs on ${own.size}`,
        ...parallelAxes(study),
      }),
    },
    conclusions: [
      `The best of ${plan.trials} trials has ${percent(value)} on the ${held} validation images by which it was chosen, and ${percent(onTest)} on ${context.test.size} test images that the search has not seen${value > onTest ? `: the figure of a winner is too good, here by ${percent(value - onTest)}` : ''}. Its rate is ${digits(best.configuration.rate, 2)}, with ${best.configuration.units} units of ${best.configuration.activation}, dropout of ${digits(best.configuration.dropout, 2)} and a penalty of ${digits(best.configuration.penalty, 2)}.`,
    ],
  };
}
