import { AdjointError, type EpochResult, type MetricValues } from '@adjoint/core';
import type { CrossValidation } from '../cross-validation/cross-validate.js';
import { costOf, figureOf, type Objective } from '../cross-validation/objective.js';
import { meanOf, summaryOf } from '../statistics/summary.js';

export interface FitReportOptions extends Objective {
  /** The figure of a model that looks at no input: the error of the commonest class, the variance of the targets. */
  readonly baseline: number;
  /** The figure that is thought possible: 0 of a loss, 1 of an accuracy, less where the data are noisy; 0 or 1 if not given. */
  readonly possible?: number;
  /** Share of the way from the baseline to what is possible that training is to come; 0.8 if not given. */
  readonly enough?: number;
  /** Share of that way which the gap may be; 0.1 if not given. */
  readonly tolerated?: number;
}

/** What a report judges by; costs are figures whose sign makes less better. */
export interface FitFigures {
  /** Means over the folds, of the end of training. */
  readonly train: number;
  readonly test: number;
  /** How much worse the test figure is: > 0 where it is. */
  readonly gap: number;
  /** Standard error of the gap over the folds; undefined for one run. */
  readonly gapError: number | undefined;
  /** Share of the way from the baseline to what is possible: 1 is all of it. */
  readonly learned: number;
  /** The same of the test part. */
  readonly generalized: number;
  /** Mean over the runs of how much worse validation was in the end than at its best, as a share of the way. */
  readonly risen: number;
  /** Mean epoch of the best validation, the first is 1, and of the end. */
  readonly bestEpoch: number;
  readonly epochs: number;
  /** Mean over the runs of how much training gained over the last quarter of the epochs, at least one, as a share of the way. */
  readonly stillGained: number;
}

export interface FitReport {
  readonly verdict: 'under-fitting' | 'over-fitting' | 'under-fitting and over-fitting' | 'good fit';
  /** Each with the figures behind it. */
  readonly reasons: readonly string[];
  readonly figures: FitFigures;
}

/** One run, where there are no folds: the figures at its end, and its epochs. */
export interface SingleRun {
  readonly train: MetricValues;
  readonly test: MetricValues;
  readonly history: readonly EpochResult[];
}

/**
 * Says whether a model under-fits (training itself is far from what is possible) or over-fits (test is worse than training by
 * more than is tolerated and more than two standard errors, or validation has become worse again), and by which figures.
 * @throws AdjointError `OPTIONS_INVALID` for a figure that the runs have not, or a baseline that is no worse than what is possible
 */
export function fitReport(of: CrossValidation | SingleRun, options: FitReportOptions): FitReport {
  const { figure = 'loss', goal = 'minimize', enough = 0.8, tolerated = 0.1 } = options;
  const figures = figuresOf(runsOf(of), options);
  const { train, test, gap, gapError, learned, generalized, risen, bestEpoch, epochs, stillGained } = figures;
  const reasons: string[] = [];
  const isUnder = learned < enough;
  if (isUnder) {
    reasons.push(
      `Training came ${percent(learned)} of the way from the baseline ${short(options.baseline)} to ${short(possibleOf(options))} (${figure} ${short(train)}); ${percent(enough)} would be enough.`,
    );
    reasons.push(
      stillGained > 0.02
        ? `It still gained ${percent(stillGained)} of that way in the last quarter of its epochs (${epochs}): train for longer, or at a higher rate.`
        : `It gained only ${percent(stillGained)} of that way in the last quarter of its epochs (${epochs}): use a larger model, less regularization, or another rate.`,
    );
  }
  const isWide = learned - generalized > tolerated && (gapError === undefined || gap > 2 * gapError);
  if (isWide)
    reasons.push(
      `Test is worse than training by ${short(gap)}${gapError === undefined ? '' : ` ± ${short(gapError)}`} (${figure} ${short(test)} against ${short(train)}), ${percent(learned - generalized)} of the way; ${percent(tolerated)} is tolerated: use more data, augmentation, more regularization, or a smaller model.`,
    );
  const hasRisen = risen > tolerated;
  if (hasRisen)
    reasons.push(
      `Validation was best in epoch ${short(bestEpoch)} of ${epochs} and ${goal === 'minimize' ? 'rose' : 'fell'} by ${percent(risen)} of the way since: stop early.`,
    );
  const isOver = isWide || hasRisen;
  if (!isUnder && !isOver)
    reasons.push(
      `Training came ${percent(learned)} of the way and test ${percent(generalized)} (${figure} ${short(train)} and ${short(test)}).`,
    );
  const verdict = isUnder
    ? isOver
      ? 'under-fitting and over-fitting'
      : 'under-fitting'
    : isOver
      ? 'over-fitting'
      : 'good fit';
  return { verdict, reasons, figures };
}

function figuresOf(runs: readonly SingleRun[], options: FitReportOptions): FitFigures {
  const { figure = 'loss', goal = 'minimize', baseline } = options;
  const sign = goal === 'minimize' ? 1 : -1;
  const way = sign * (baseline - possibleOf(options));
  if (!(way > 0))
    throw new AdjointError(
      'OPTIONS_INVALID',
      `fitReport: the baseline ${baseline} is no worse than ${possibleOf(options)}, which is thought possible of '${figure}' with the goal ${goal}; give the figure of a model that looks at no input.`,
    );
  const cost = (figures: MetricValues): number => costOf(figures, options);
  const train = meanOf(runs.map((run) => figureOf(run.train, figure)));
  const test = meanOf(runs.map((run) => figureOf(run.test, figure)));
  const gaps = summaryOf(runs.map((run) => cost(run.test) - cost(run.train)));
  const curves = runs.map(({ history }) => {
    const validation = history.flatMap((epoch) => (epoch.validation ? [cost(epoch.validation)] : []));
    const training = history.map(({ metrics }) => cost(metrics));
    const best = Math.min(...validation);
    // Before the first epoch a model is worth the baseline.
    const quarter = training.at(-1 - Math.ceil(training.length / 4)) ?? sign * baseline;
    return {
      risen: validation.length > 0 ? (validation.at(-1)! - best) / way : 0,
      bestEpoch: validation.length > 0 ? validation.indexOf(best) + 1 : training.length,
      gained: training.length > 0 ? (quarter - training.at(-1)!) / way : 0,
    };
  });
  return {
    train,
    test,
    gap: gaps.mean,
    gapError: runs.length > 1 ? gaps.deviation / Math.sqrt(runs.length) : undefined,
    learned: (sign * (baseline - train)) / way,
    generalized: (sign * (baseline - test)) / way,
    risen: meanOf(curves.map(({ risen }) => risen)),
    bestEpoch: meanOf(curves.map(({ bestEpoch }) => bestEpoch)),
    epochs: Math.max(...runs.map(({ history }) => history.length)),
    stillGained: meanOf(curves.map(({ gained }) => gained)),
  };
}

function runsOf(of: CrossValidation | SingleRun): readonly SingleRun[] {
  return 'folds' in of ? of.folds.map(({ figures, result }) => ({ ...figures, history: result.history })) : [of];
}

function possibleOf({ goal = 'minimize', possible = goal === 'minimize' ? 0 : 1 }: FitReportOptions): number {
  return possible;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
