import { isHostTensor, type App, type Choice, type Dataset, type EpochResult, type MetricValues } from 'adjoint';
import { augment, normalize, randomCrop, randomFlip, split, transform, type TrainAndTest } from '@adjoint/data';
import { firstOf } from '@adjoint/experiment';
import { fitReport, type FitReport } from '@adjoint/generalization';
import type { Method } from './methods.js';

export interface Plan {
  /** Images to train on, another set of them for each seed. */
  readonly images: number;
  readonly validationImages: number;
  /** At most so many, the same for all seeds. */
  readonly testImages: number;
  readonly seeds: number;
  readonly epochs: number;
  readonly batchSize: number;
}

/** One method with one seed, measured at the weights it ends with, on images as they are. */
export interface Run {
  readonly train: MetricValues;
  readonly test: MetricValues;
  readonly history: readonly EpochResult[];
  readonly verdict: FitReport['verdict'];
  /** Share of the way to a perfect training accuracy that the last quarter of the epochs still gained. */
  readonly stillGained: number;
  /** For each bin of confidence on the test images: count, mean confidence, accuracy. */
  readonly reliability: readonly (readonly [count: number, confidence: number, accuracy: number])[];
}

/** The parts of one seed, alike for all methods. */
export interface Parts {
  readonly train: Dataset;
  readonly validation: Dataset;
  readonly test: Dataset;
}

export function partsOf(
  { train, test }: TrainAndTest,
  { images, validationImages, testImages }: Plan,
  seed: number,
): Parts {
  const counts = [images, validationImages, train.size - images - validationImages] as const;
  const [own, validation] = split(train, counts, { seed, stratify: train.allTargets().data });
  return { train: own, validation, test: firstOf(test, testImages) };
}

// Mean and deviation of the pixels of Fashion-MNIST's training images.
const inputs = normalize(0.286, 0.353);
const shifts = augment([randomCrop({ padding: 2 }), randomFlip()]);

export async function run(app: App, method: Method, parts: Parts, plan: Plan, seed: number): Promise<Run> {
  const model = app.sequential({ input: [1, 28, 28], seed }, layersOf(method));
  const trainer = app.trainer(model, {
    loss: 'crossEntropy',
    optimizer: { adam: { learningRate: 2e-3 } },
    metrics: ['accuracy', 'calibrationError', { reliabilityDiagram: { bins: 10 } }],
    regularizers: method.regularizers ?? [],
    seed,
  });
  const normalized = transform(parts.train, { inputs });
  const shown = method.augmented ? transform(transform(parts.train, { inputs: shifts }), { inputs }) : normalized;
  const { epochs, batchSize } = plan;
  const validation = transform(parts.validation, { inputs });
  const { history } = await trainer.fit(shown, { epochs, batchSize, validation });
  const train = await trainer.evaluate(normalized);
  const { reliabilityDiagram, ...figures } = await trainer.figures(transform(parts.test, { inputs }));
  const test = Object.fromEntries(
    Object.entries(figures).flatMap(([name, figure]) => (typeof figure === 'number' ? [[name, figure] as const] : [])),
  );
  await trainer.close();
  const report = fitReport(
    { train, test, history },
    { figure: 'accuracy', goal: 'maximize', baseline: 0.1, tolerated: 0.1 },
  );
  const cells = isHostTensor(reliabilityDiagram) ? [...reliabilityDiagram.data] : [];
  return {
    train,
    test,
    history,
    verdict: report.verdict,
    stillGained: report.figures.stillGained,
    reliability: Array.from({ length: cells.length / 3 }, (_, bin) => {
      const [count = 0, confidence = Number.NaN, accuracy = Number.NaN] = cells.slice(3 * bin);
      return [count, confidence, accuracy] as const;
    }),
  };
}

function layersOf({ dropout, batchNorm }: Method): Choice<'layer'>[] {
  const convolution = (filters: number): Choice<'layer'>[] => [
    { conv2d: { filters, kernel: 4, stride: 2, padding: 1 } },
    ...(batchNorm ? (['batchNorm'] as const) : []),
    'relu',
  ];
  const dropped = (rate: number): Choice<'layer'>[] => (dropout ? [{ dropout: { rate } }] : []);
  return [
    ...convolution(8),
    ...convolution(16),
    'flatten',
    ...dropped(0.25),
    { dense: { units: 64 } },
    'relu',
    ...dropped(0.5),
    { dense: { units: 10 } },
  ];
}
