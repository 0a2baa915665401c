import { AdjointError, RandomSource, type App, type Job } from '@adjoint/core';
import type { Split } from '../splits/split.js';
import { crossValidate, crossValidationOf, runFolds, type CrossValidation, type RunOptions } from './cross-validate.js';
import { renumbered } from './renumbered.js';

export interface LearningCurveOptions extends RunOptions {
  /** Shares of each training part, in (0, 1]; 0.1, 0.325, 0.55, 0.775, 1 if not given. */
  readonly shares?: readonly number[];
  /** Of the order in which examples join; a larger part holds all of a smaller one. */
  readonly seed: number;
}

export interface LearningPoint extends CrossValidation {
  /** Examples trained on, in the first split. */
  readonly size: number;
}

/**
 * Figures by the number of examples trained on. Curves that meet at a bad figure say that the model is too small; a gap that
 * still closes says that more data would help.
 */
export async function learningCurve(
  app: App,
  job: Job,
  splits: readonly Split[],
  { shares = [0.1, 0.325, 0.55, 0.775, 1], seed, ...options }: LearningCurveOptions,
): Promise<LearningPoint[]> {
  const wrong = shares.find((share) => !(share > 0 && share <= 1));
  if (wrong !== undefined || shares.length === 0)
    throw new AdjointError('OPTIONS_INVALID', `learningCurve: a share is ${wrong}; give shares in (0, 1].`);
  const random = new RandomSource(seed).child('learningCurve');
  const orders = splits.map(({ train }, i) => {
    const order = random.child(`split ${i}`).permutation(train.length);
    return order.map((place) => train[place]!);
  });
  const smaller = (order: Int32Array, share: number): Int32Array =>
    order.slice(0, Math.max(1, Math.round(share * order.length))).sort();
  const runs = shares.flatMap((share) =>
    splits.map(({ test }, i) => ({ split: { train: smaller(orders[i]!, share), test }, seed: job.seed + i })),
  );
  const folds = await runFolds(app, job, runs, options);
  return shares.map((_, i) => {
    const own = folds.slice(i * splits.length, (i + 1) * splits.length);
    return { size: own[0]!.train.length, ...crossValidationOf(own) };
  });
}

export interface ValidationPoint<V> extends CrossValidation {
  readonly value: V;
}

/** Figures by the value of one option, such as the number of units or the strength of a penalty. */
export async function validationCurve<V>(
  app: App,
  values: readonly V[],
  jobOf: (value: V) => Job,
  splits: readonly Split[],
  options: RunOptions = {},
): Promise<ValidationPoint<V>[]> {
  const points: ValidationPoint<V>[] = [];
  for (const [i, value] of values.entries()) {
    const own = renumbered(options, (number) => i * splits.length + number, values.length * splits.length);
    points.push({ value, ...(await crossValidate(app, jobOf(value), splits, own)) });
  }
  return points;
}
