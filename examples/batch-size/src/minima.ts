import { view } from '@adjoint/data';
import { linearConnectivity, lossSurface, sharpness, type LinearConnectivity } from '@adjoint/generalization';
import type { Setting } from '@adjoint/experiment';
import type { App, Choice, Dataset, Job, JobResult, MetricValues } from 'adjoint';
import type { Plan } from './plan.js';

/** A way of training the network, and where it ends. */
export interface Arm {
  readonly name: string;
  readonly batchSize: number;
  readonly epochs: number;
  readonly updates: number;
  readonly train: MetricValues;
  readonly test: MetricValues;
  /** In per cent, by the size of the box. */
  readonly sharpness: Readonly<Record<(typeof boxes)[number], number>>;
}

export interface Minima {
  readonly arms: readonly Arm[];
  /** From the small batch's minimum, at 0, to the large batch's, at 1. */
  readonly slice: { readonly train: LinearConnectivity; readonly test: LinearConnectivity };
}

export const boxes = ['1e-3', '5e-4'] as const;
export const armNames = ['small batch', 'large batch', 'large batch, longer'] as const;

/** Network F1 of Keskar et al. (2017): five hidden layers with batch normalisation, for images of ten classes. */
export function networkF1(width: number): readonly Choice<'layer'>[] {
  const hidden: readonly Choice<'layer'>[] = [{ dense: { units: width } }, 'batchNorm', 'relu'];
  return ['flatten', ...Array.from({ length: 5 }, () => hidden).flat(), { dense: { units: 10 } }];
}

/** Trains F1 with a small batch, with a tenth of the data, and so for as many updates as the small batch has (Hoffer et al. 2017). */
export async function minima(
  app: App,
  images: { readonly train: Dataset; readonly test: Dataset },
  plan: Plan,
  { seed, log }: Pick<Setting, 'seed' | 'log'>,
): Promise<Minima> {
  const first = (count: number): Int32Array => Int32Array.from({ length: count }, (_, i) => i);
  const train = plan.images === undefined ? images.train : view(images.train, { indices: first(plan.images) });
  const measured = plan.measured === undefined ? train : view(train, { indices: first(plan.measured) });
  const { composition } = app.sequential({ input: images.train.inputs[0]!.shape }, networkF1(plan.width));
  const job = {
    composition,
    seed,
    trainer: { loss: 'crossEntropy', optimizer: 'adam', metrics: ['accuracy'] },
    train: { data: train },
  } as const;
  const largeBatch = Math.round(train.size / 10);
  const updates = (batchSize: number): number => Math.ceil(train.size / batchSize);
  const longer = Math.round((plan.epochs * updates(plan.smallBatch)) / updates(largeBatch));
  const runs: readonly (readonly [batchSize: number, epochs: number])[] = [
    [plan.smallBatch, plan.epochs],
    [largeBatch, plan.epochs],
    [largeBatch, longer],
  ];

  const arms: Arm[] = [];
  const results: JobResult[] = [];
  const jobs = runs.map(([batchSize, epochs]): Job => ({ ...job, fit: { batchSize, epochs } }));
  for await (const result of app.run(jobs)) {
    const [batchSize, epochs] = runs[arms.length]!;
    const name = armNames[arms.length]!;
    const model = app.build(composition, { weights: result.weights });
    const trainer = app.trainer(model, job.trainer);
    const surface = await lossSurface(app, model, { loss: 'crossEntropy', data: { data: measured } });
    const sharpnessAt = async (box: (typeof boxes)[number]): Promise<number> =>
      (await sharpness(surface, { epsilon: Number(box), seed })).sharpness;
    const arm: Arm = {
      name,
      batchSize,
      epochs,
      updates: epochs * updates(batchSize),
      train: await trainer.evaluate(train),
      test: await trainer.evaluate(images.test),
      sharpness: { '1e-3': await sharpnessAt('1e-3'), '5e-4': await sharpnessAt('5e-4') },
    };
    await trainer.close();
    const accuracy = (100 * arm.test['accuracy']!).toFixed(2);
    log(`${name} (${batchSize}, ${epochs} epochs): test accuracy ${accuracy} %, φ ${arm.sharpness['1e-3'].toFixed(2)}`);
    arms.push(arm);
    results.push(result);
  }
  const slice = (data: Dataset): Promise<LinearConnectivity> =>
    linearConnectivity(app, job, [results[0]!.weights, results[1]!.weights], {
      data: { data },
      points: plan.points,
      range: [-1, 2],
      recalibrate: { data: train },
    });
  return { arms, slice: { train: await slice(measured), test: await slice(images.test) } };
}
