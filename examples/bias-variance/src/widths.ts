import { RandomSource, type App, type Job } from '@adjoint/core';
import { oneHot, subset, transform, type TrainAndTest } from '@adjoint/data';
import { firstOf } from '@adjoint/experiment';
import { biasVariance } from '@adjoint/generalization';

export interface WidthPlan {
  readonly widths: readonly number[];
  /** Training sets that share no image. */
  readonly runs: number;
  /** Images in each. */
  readonly examples: number;
  readonly test: number;
  readonly epochs: number;
}

/** The parts of the squared error of one width. */
export interface AtWidth {
  readonly width: number;
  readonly parameters: number;
  readonly bias2: number;
  readonly variance: number;
  readonly total: number;
}

/** Networks of one hidden layer by its width, trained on the squared error of class numbers as 1 and 0. */
export async function decomposeWidths(
  app: App,
  { widths, runs, examples, test, epochs }: WidthPlan,
  images: TrainAndTest,
  { seed, log }: { readonly seed: number; readonly log: (line: string) => void },
): Promise<AtWidth[]> {
  const train = transform(images.train, { targets: oneHot(10) });
  const order = new RandomSource(seed).child('images').permutation(train.size);
  const samples = Array.from({ length: runs }, (_, i) => ({
    data: subset(train, order.slice(i * examples, (i + 1) * examples)),
  }));
  const held = { data: transform(firstOf(images.test, test), { targets: oneHot(10) }) };
  const found: AtWidth[] = [];
  for (const width of widths) {
    const model = app.sequential({ input: train.inputs[0].shape }, [
      'flatten',
      { dense: { units: width } },
      'relu',
      { dense: { units: 10 } },
    ]);
    const job: Job = {
      composition: model.composition,
      seed,
      trainer: { loss: 'meanSquaredError', optimizer: { adam: { learningRate: 0.003 } }, schedule: 'cosine' },
      fit: { epochs, batchSize: Math.min(50, examples) },
      train: samples[0]!,
    };
    const { bias2, variance, total } = await biasVariance(app, job, { loss: 'squared', test: held, samples, seed });
    log(`  ${width} hidden units: bias² ${bias2.toFixed(4)}, variance ${variance.toFixed(4)}`);
    found.push({ width, parameters: model.parameterCount, bias2, variance, total });
  }
  return found;
}
