import { datasetOf, RandomSource, type App, type Dataset, type Job } from '@adjoint/core';
import { biasVariance, squaredDecomposition, type SquaredDecomposition } from '@adjoint/generalization';

/** Variance of the noise in the targets, which nobody can foresee. */
const noise = 0.01;

const bumps = (x: number): number => Math.exp(-x * x) + 1.5 * Math.exp(-((x - 2) ** 2));

/** y = e^(−x²) + 1.5·e^(−(x − 2)²) + ε with x uniform in −5 … 5, and the standard deviation of ε. */
export function drawBumps(size: number, deviation: number, random: RandomSource): Dataset {
  const data = Float32Array.from({ length: size }, () => 10 * random.uniform() - 5);
  const targets = data.map((x) => bumps(x) + deviation * random.normal());
  const shape = [size, 1];
  return datasetOf({
    inputs: [{ data, shape, dtype: 'float32' }],
    targets: [{ data: targets, shape, dtype: 'float32' }],
  });
}

export interface TreePlan {
  /** Training sets of 50 examples. */
  readonly repeats: number;
  /** Points to be tested on. */
  readonly test: number;
  readonly members: number;
}

/** The error of one tree, and of bagged ones, in its parts. */
export async function decomposeTrees(
  app: App,
  { repeats, test: points, members }: TreePlan,
  seed: number,
): Promise<{ readonly tree: SquaredDecomposition; readonly bagging: SquaredDecomposition }> {
  const random = new RandomSource(seed).child('bumps');
  const samples = Array.from({ length: repeats }, () => ({ data: drawBumps(50, Math.sqrt(noise), random) }));
  // Tested on what is true, so that the noise is not counted as bias.
  const test = drawBumps(points, 0, random);
  const tree = app.sequential({ input: [1] }, [{ tree: { units: 1, leaves: 50, depth: 49 } }]);
  const job: Job = {
    composition: tree.composition,
    seed,
    trainer: { loss: 'meanSquaredError', optimizer: 'sgd' },
    fit: { epochs: 1, batchSize: 'full' },
    train: samples[0]!,
  };
  const one = await biasVariance(app, job, { loss: 'squared', test: { data: test }, samples, runner: 'cart', seed });

  const predictions: ArrayLike<number>[] = [];
  for (const [i, { data }] of samples.entries()) {
    const strategy = { bagging: { members, combine: 'mean' } } as const;
    const ensemble = app.ensemble(tree, { strategy, trainer: job.trainer, runner: 'cart', seed: seed + i });
    await ensemble.fit(data, job.fit);
    predictions.push((await ensemble.predict(test)).data);
  }
  const { targets } = await test.batch(Int32Array.from({ length: points }, (_, i) => i));
  return {
    tree: { ...one, noise, total: one.total + noise },
    bagging: squaredDecomposition(predictions, targets[0]!.data, { noise }),
  };
}
