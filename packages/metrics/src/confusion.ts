import {
  defineMetric,
  matmul,
  metric,
  oneHot,
  type Figure,
  type HostTensor,
  type Metric,
  type Scale,
} from '@adjoint/core';
import { documented, object, oneOf, optional } from '@adjoint/core/options';
import { placeWeights } from './means.js';
import { classCount, ignoredClass, outputScale, predictedClasses, targetClasses } from './outputs.js';

/** Counts (or weights) by [true class][predicted class]. */
export type Counts = readonly (readonly number[])[];

export const confusionOptions = { scale: outputScale, ignoreIndex: ignoredClass };

interface ConfusionOptions {
  readonly scale?: Scale | undefined;
  readonly ignoreIndex?: number | undefined;
}

/** A metric of the confusion matrix of a whole pass. */
export function confusionMetric(
  { scale, ignoreIndex }: ConfusionOptions,
  finish: (counts: Counts, table: HostTensor) => Figure,
): Metric {
  return metric({
    targets: 'classes',
    ignoredClass: ignoreIndex,
    measure(batch) {
      const { output, target } = batch;
      const classes = classCount(output);
      const truth = targetClasses(target);
      const rows = oneHot(truth.reshape([-1]), classes);
      const columns = oneHot(predictedClasses(output, scale).reshape([-1]), classes);
      const counts = placeWeights(batch, truth, ignoreIndex)?.reshape([-1, 1]);
      return { counts: matmul(counts ? rows.mul(counts) : rows, columns, { transposeA: true }) };
    },
    finish: ({ counts }) => finish(rowsOf(counts), counts),
  });
}

function rowsOf({ data, shape: [rows = 0, columns = 0] }: HostTensor): Counts {
  return Array.from({ length: rows }, (_, i) => Array.from(data.subarray(i * columns, (i + 1) * columns)));
}

/** What is counted of one class. */
export interface ClassCounts {
  /** Examples of the class that are predicted as it. */
  readonly hits: number;
  /** Examples of the class. */
  readonly support: number;
  /** Examples that are predicted as it. */
  readonly predicted: number;
}

/** Σ of some numbers. */
export function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, value) => sum + value, 0);
}

export function classCounts(counts: Counts): readonly ClassCounts[] {
  return counts.map((row, k) => ({
    hits: row[k]!,
    support: total(row),
    predicted: total(counts.map((other) => other[k]!)),
  }));
}

/** Counts of [true class, predicted class], as a table. */
export const confusionMatrix = defineMetric({
  options: object(confusionOptions),
  formula: 'C[i, j] = Σ over examples of class i that are taken for j of their weights (1 if none)',
  examples: [{ output: [1] }, { output: [3, 2] }],
  create: (options) => confusionMetric(options, (_, table) => table),
});

/** Agreement beyond that by chance: 1 for all right, 0 for what guessing by the same frequencies would agree. */
export const cohenKappa = defineMetric({
  options: object({
    ...confusionOptions,
    weights: documented(
      optional(oneOf('none', 'linear', 'quadratic'), 'none'),
      'How much worse a disagreement is between classes that are far apart.',
    ),
  }),
  formula: 'κ = 1 − Σ w_ij·n_ij/Σ w_ij·e_ij, e_ij = n_i·n_j/n; w_ij = 1 for i ≠ j, |i − j| or (i − j)²',
  source: 'Cohen 1960, 1968',
  examples: [{ output: [3] }, { options: { weights: 'quadratic' }, output: [3] }],
  create: ({ weights, ...options }) =>
    confusionMetric(options, (counts) => {
      const classes = classCounts(counts);
      const all = total(classes.map(({ support }) => support));
      const cost = (i: number, j: number): number =>
        weights === 'none' ? Number(i !== j) : weights === 'linear' ? Math.abs(i - j) : (i - j) ** 2;
      let [seen, expected] = [0, 0];
      counts.forEach((row, i) =>
        row.forEach((count, j) => {
          seen += cost(i, j) * count;
          expected += (cost(i, j) * classes[i]!.support * classes[j]!.predicted) / all;
        }),
      );
      // One class alone, and always predicted: nothing is left to chance.
      return expected === 0 ? 1 : 1 - seen / expected;
    }),
});

/** The correlation of true and predicted classes: 1 for all right, 0 for guesses, also where classes are of unequal size. */
export const matthews = defineMetric({
  options: object(confusionOptions),
  formula: 'R = (c·n − Σ p_k·t_k)/√((n² − Σ p_k²)(n² − Σ t_k²)), c right of n, p_k predicted and t_k true of class k',
  source: 'Matthews 1975; Gorodkin 2004 for several classes',
  create: (options) =>
    confusionMetric(options, (counts) => {
      const classes = classCounts(counts);
      const all = total(classes.map(({ support }) => support));
      const sum = (of: (one: ClassCounts) => number): number => total(classes.map(of));
      const together = sum(({ hits }) => hits) * all - sum(({ predicted, support }) => predicted * support);
      const spread =
        (all ** 2 - sum(({ predicted }) => predicted ** 2)) * (all ** 2 - sum(({ support }) => support ** 2));
      return spread === 0 ? 0 : together / Math.sqrt(spread);
    }),
});
