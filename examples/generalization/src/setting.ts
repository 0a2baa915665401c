import type { App, Choice, Dataset, Job } from 'adjoint';
import { normalize, transform, type ArrayDataset } from '@adjoint/data';
import { stratifiedKFold, type Split } from '@adjoint/generalization';
import type { Findings } from '@adjoint/experiment';

export interface Plan {
  /** Images of the curves over capacity and epochs. */
  readonly images: number;
  readonly folds: number;
  readonly units: readonly number[];
  readonly epochs: number;
  /** Of the run that shows over-fitting by epochs. */
  readonly longEpochs: number;
  /** Images of the learning curve. */
  readonly curveImages: number;
  readonly shares: readonly number[];
  /** Images of the cross-validation that is beside the published one, at most. */
  readonly allImages: number;
  readonly convolutionEpochs: number;
  readonly trials: number;
  readonly trialEpochs: number;
}

export const plans: Readonly<Record<'smoke' | 'usual' | 'full', Plan>> = {
  smoke: {
    images: 60,
    folds: 2,
    units: [1, 16],
    epochs: 2,
    longEpochs: 4,
    curveImages: 60,
    shares: [0.5, 1],
    allImages: 60,
    convolutionEpochs: 1,
    trials: 3,
    trialEpochs: 2,
  },
  usual: {
    images: 1000,
    folds: 5,
    units: [1, 2, 4, 8, 16, 32, 64, 128, 256],
    epochs: 30,
    longEpochs: 80,
    curveImages: 3000,
    shares: [0.04, 0.1, 0.2, 0.4, 1],
    allImages: 8000,
    convolutionEpochs: 10,
    trials: 24,
    trialEpochs: 12,
  },
  full: {
    images: 5000,
    folds: 10,
    units: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024],
    epochs: 60,
    longEpochs: 200,
    curveImages: 60_000,
    shares: [0.01, 0.03, 0.1, 0.3, 1],
    allImages: 60_000,
    convolutionEpochs: 20,
    trials: 100,
    trialEpochs: 30,
  },
};

/** What each part of the experiment is given. */
export interface Context {
  readonly app: App;
  readonly train: ArrayDataset;
  readonly test: ArrayDataset;
  readonly plan: Plan;
  readonly seed: number;
  readonly log: (line: string) => void;
}

/** What each part finds. */
export type Part = Findings;

/** Mean and deviation of the pixels of Fashion-MNIST's training images. */
const inputs = normalize(0.286, 0.353);

export function normalized(images: ArrayDataset): Dataset {
  return transform(images, { inputs });
}

export function foldsOf(images: ArrayDataset, { plan, seed }: Context): Split[] {
  return stratifiedKFold(images.allTargets().data, { folds: plan.folds, seed });
}

/** A network of one hidden layer, trained without any regularizer. */
export function denseJob({ app, seed }: Context, images: ArrayDataset, units: number, epochs: number): Job {
  const layers: Choice<'layer'>[] = ['flatten', { dense: { units } }, 'relu', { dense: { units: 10 } }];
  return {
    composition: app.sequential({ input: [1, 28, 28] }, layers).composition,
    seed,
    trainer: { loss: 'crossEntropy', optimizer: { adam: { learningRate: 1e-3 } }, metrics: ['accuracy'] },
    fit: { epochs, batchSize: 50 },
    train: { data: normalized(images) },
  };
}

/** Accuracy on the test images of a run of a job, which sees nothing of them. */
export async function testAccuracyOf({ app, test }: Context, job: Job): Promise<number> {
  let accuracy: number | undefined;
  for await (const { history } of app.run([{ ...job, validation: { data: normalized(test) } }]))
    accuracy = history.at(-1)?.validation?.['accuracy'];
  return accuracy ?? Number.NaN;
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

export function digits(value: number, count = 4): number {
  return Number(value.toPrecision(count));
}
