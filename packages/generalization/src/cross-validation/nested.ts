import { AdjointError, type App, type Job } from '@adjoint/core';
import type { NestedSplit } from '../splits/nested.js';
import { meanOf } from '../statistics/summary.js';
import {
  crossValidate,
  crossValidationOf,
  runFolds,
  type CrossValidation,
  type Fold,
  type RunOptions,
} from './cross-validate.js';
import { costOf, type Objective } from './objective.js';
import { renumbered } from './renumbered.js';

export interface NestedCrossValidation extends CrossValidation {
  /** For each outer fold the place of the job that was best on the inner ones. */
  readonly chosen: readonly number[];
}

/**
 * Figures of the whole procedure of choosing the best of several jobs: chosen on the inner splits, trained anew on the
 * outer training part, and measured on a test part that the choice has not seen (Varma & Simon 2006).
 */
export async function nestedCrossValidate(
  app: App,
  jobs: readonly Job[],
  splits: readonly NestedSplit[],
  { figure, goal, ...options }: RunOptions & Objective = {},
): Promise<NestedCrossValidation> {
  if (jobs.length === 0)
    throw new AdjointError('OPTIONS_INVALID', 'nestedCrossValidate: there is no job to choose from.');
  const objective = { ...(figure && { figure }), ...(goal && { goal }) };
  const folds: Fold[] = [];
  const all = splits.reduce((sum, { inner }) => sum + jobs.length * inner.length + 1, 0);
  let begun = 0;
  const next = (count: number): typeof options => {
    const first = begun;
    begun += count;
    return renumbered(options, (number) => first + number, all);
  };
  const chosen: number[] = [];
  for (const [i, split] of splits.entries()) {
    const costs: number[] = [];
    for (const job of jobs) {
      const inner = await crossValidate(app, job, split.inner, next(split.inner.length));
      costs.push(meanOf(inner.folds.map(({ figures }) => costOf(figures.test, objective))));
    }
    const best = costs.indexOf(Math.min(...costs));
    const job = jobs[best]!;
    chosen.push(best);
    folds.push(...(await runFolds(app, job, [{ split, seed: job.seed + i }], next(1))));
  }
  return { ...crossValidationOf(folds), chosen };
}
