import { openData, type App, type Job } from '@adjoint/core';
import { kFold } from '../splits/k-fold.js';
import { repeated } from '../splits/repeated.js';
import { stratifiedKFold } from '../splits/stratified-k-fold.js';
import { fiveByTwoTest, type FiveByTwoTest } from '../statistics/five-by-two.js';
import { runFolds, type Fold, type RunOptions } from './cross-validate.js';
import { renumbered } from './renumbered.js';
import { figureOf } from './objective.js';

export interface CompareOptions extends RunOptions {
  /** What is compared; `loss` if not given. */
  readonly figure?: string;
  /** The class of each example, so that both halves hold the classes in proportion. */
  readonly classes?: ArrayLike<number>;
  readonly seed: number;
}

/**
 * Whether two jobs on the same data differ in a figure, by the 5×2 cross-validation test: five times each is trained on one
 * half and tested on the other, and in turn.
 */
export async function compareJobs(
  app: App,
  first: Job,
  second: Job,
  { figure = 'loss', classes, seed, ...options }: CompareOptions,
): Promise<FiveByTwoTest> {
  const { size } = await openData(app.registry, first.train);
  const runs = repeated({ rounds: 5, seed }, (own) =>
    classes ? stratifiedKFold(classes, { folds: 2, seed: own }) : kFold(size, { folds: 2, seed: own }),
  ).map((split) => ({ split }));
  const run = (job: Job, from: number): Promise<Fold[]> =>
    runFolds(
      app,
      job,
      runs,
      renumbered(options, (number) => from + number, 2 * runs.length),
    );
  const [a, b] = [await run(first, 0), await run(second, runs.length)];
  const difference = (i: number): number => figureOf(a[i]!.figures.test, figure) - figureOf(b[i]!.figures.test, figure);
  return fiveByTwoTest([0, 2, 4, 6, 8].map((i) => [difference(i), difference(i + 1)] as const));
}
