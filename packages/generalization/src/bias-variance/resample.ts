import {
  AdjointError,
  openData,
  RandomSource,
  readTargets,
  type App,
  type DataReference,
  type HostTensor,
  type Job,
} from '@adjoint/core';
import type { RunOptions } from '../cross-validation/cross-validate.js';
import { partOf } from '../cross-validation/part-of.js';
import { Scorer } from '../cross-validation/scorer.js';
import { squaredDecomposition, type SquaredDecomposition } from './squared.js';
import { zeroOneDecomposition, type ZeroOneDecomposition } from './zero-one.js';

interface ResamplingOptions extends Pick<RunOptions, 'runner' | 'signal' | 'onTrainer' | 'onProgress'> {
  /** Points at which the runs predict, with targets; none that they are trained on. */
  readonly test: DataReference;
  /** Number of runs; 20 if not given. */
  readonly runs?: number;
  /** Examples of each run, as a share of the job's; drawn with replacement (`bootstrap`, the default) or without (`subset`). */
  readonly resample?: 'bootstrap' | 'subset';
  /** 1 if not given; of subsets ½. */
  readonly share?: number;
  /** Training data of the runs themselves, where new ones can be had: the only way to the true variance. */
  readonly samples?: readonly DataReference[];
  readonly seed: number;
}

export type BiasVarianceOptions =
  | (ResamplingOptions & {
      /** Of a model that gives numbers. */
      readonly loss: 'squared';
      /** Variance of the noise in the test targets, which is then subtracted from the bias; 0 if not given. */
      readonly noise?: number;
    })
  | (ResamplingOptions & {
      /** Of a classifier with one output for each class. */
      readonly loss: 'zeroOne';
    });

/**
 * Bias and variance of what a job trains, by training it on many samples. Runs differ in their seeds, too, so that initial
 * values are part of the variance.
 * @throws AdjointError `DATA_INVALID` for outputs that do not fit the targets; the reason of the signal
 */
export function biasVariance(
  app: App,
  job: Job,
  options: Extract<BiasVarianceOptions, { loss: 'squared' }>,
): Promise<SquaredDecomposition>;
export function biasVariance(
  app: App,
  job: Job,
  options: Extract<BiasVarianceOptions, { loss: 'zeroOne' }>,
): Promise<ZeroOneDecomposition>;
export async function biasVariance(
  app: App,
  job: Job,
  options: BiasVarianceOptions,
): Promise<SquaredDecomposition | ZeroOneDecomposition> {
  const { test, runner = 'local', signal, onTrainer, onProgress } = options;
  const samples = options.samples ?? (await resampled(app, job, options));
  const jobs = samples.map((train, i) => ({ ...job, seed: job.seed + i, train }));
  const [target] = await readTargets(await openData(app.registry, test));
  if (!target) throw new AdjointError('DATA_INVALID', 'biasVariance: the test data have no targets.');
  const scorer = new Scorer(app, job);
  const outputs: HostTensor[] = [];
  try {
    const own = {
      runner,
      ...(signal && { signal }),
      ...(onTrainer && { onTrainer }),
      ...(onProgress && { onProgress }),
    };
    for await (const result of app.run(jobs, own)) {
      signal?.throwIfAborted();
      outputs.push(await scorer.predict(result, test));
    }
  } finally {
    await scorer.close();
  }
  if (options.loss === 'zeroOne') return zeroOneDecomposition(outputs.map(classesOf), labelsOf(target));
  const { noise = 0 } = options;
  const { bias2, ...rest } = squaredDecomposition(
    outputs.map(({ data }) => data),
    target.data,
    { noise },
  );
  // The targets carry the noise, so that the squared distance to them holds it once.
  return { ...rest, bias2: bias2 - noise, total: bias2 + rest.variance };
}

async function resampled(
  app: App,
  job: Job,
  { runs = 20, resample = 'bootstrap', share = resample === 'subset' ? 0.5 : 1, seed }: ResamplingOptions,
): Promise<DataReference[]> {
  const { size } = await openData(app.registry, job.train);
  const count = Math.round(share * size);
  if (!(count >= 1) || (resample === 'subset' && count > size))
    throw new AdjointError(
      'OPTIONS_INVALID',
      `biasVariance: a share of ${share} makes ${count} of ${size} examples; a subset takes a share in (0, 1], a bootstrap one above 0.`,
    );
  const random = new RandomSource(seed).child('biasVariance');
  return Array.from({ length: runs }, (_, i) => {
    const own = random.child(`run ${i}`);
    const drawn =
      resample === 'subset'
        ? own.permutation(size).slice(0, count)
        : Int32Array.from({ length: count }, () => own.integer(size));
    return partOf(job.train, drawn.sort());
  });
}

/** The class with the largest output, of each example. */
function classesOf({ data, shape }: HostTensor): Int32Array {
  const [examples = 0, classes = 1] = shape;
  if (shape.length !== 2 || classes < 2)
    throw new AdjointError(
      'DATA_INVALID',
      `biasVariance: 0-1 loss takes one output for each of at least two classes, but the outputs are [${shape.join(', ')}].`,
    );
  return Int32Array.from({ length: examples }, (_, i) => {
    let best = 0;
    for (let k = 1; k < classes; k++) if (data[i * classes + k]! > data[i * classes + best]!) best = k;
    return best;
  });
}

/** Classes, also of targets that state a distribution over them. */
function labelsOf(target: HostTensor): ArrayLike<number> {
  return target.shape.length === 2 && target.shape[1]! > 1 ? classesOf(target) : target.data;
}
