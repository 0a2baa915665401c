import { defineMetric, hostTensor, metric, type Figure, type Metric, type Scale } from '@adjoint/core';
import { boolean, documented, object, oneOf, optional, positive } from '@adjoint/core/options';
import { classCounts, confusionMetric, confusionOptions, total, type ClassCounts } from './confusion.js';
import { placeWeights } from './means.js';
import { isLikely } from './outputs.js';

// Scores of each class, from its hits, its support and how often it is predicted, and their averages.

const options = {
  ...confusionOptions,
  average: documented(
    optional(oneOf('macro', 'micro', 'weighted', 'binary', 'none'), 'macro'),
    "How classes are averaged: all alike, over all examples, by their support; 'binary' is class 1 alone, and 'none' a table of all.",
  ),
  exclusive: documented(
    optional(boolean, true),
    'Whether an example has one class. If not, each output is a yes or no for itself, and targets of the same shape are 0 or 1.',
  ),
};

interface Given {
  readonly scale?: Scale | undefined;
  readonly ignoreIndex?: number | undefined;
  readonly exclusive: boolean;
  readonly average: Average;
}

type Average = 'macro' | 'micro' | 'weighted' | 'binary' | 'none';

/** A score of 0/0 is 0. */
function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

/** As scikit-learn does it: a class that neither occurs nor is predicted takes no part in a mean. */
function averaged(classes: readonly ClassCounts[], score: (counts: ClassCounts) => number, average: Average): Figure {
  const sum = (of: (counts: ClassCounts) => number): number => total(classes.map(of));
  switch (average) {
    case 'none':
      return hostTensor(Float64Array.from(classes, score));
    case 'binary':
      return score(classes[1]!);
    case 'micro':
      return score({
        hits: sum(({ hits }) => hits),
        support: sum(({ support }) => support),
        predicted: sum(({ predicted }) => predicted),
      });
    case 'weighted':
      return share(
        sum((counts) => score(counts) * counts.support),
        sum(({ support }) => support),
      );
    case 'macro': {
      const present = classes.filter(({ support, predicted }) => support + predicted > 0);
      return share(total(present.map(score)), present.length);
    }
  }
}

/** Scores of classes that exclude each other, or of labels each for itself. */
function scoreMetric({ average, exclusive, ...given }: Given, score: (counts: ClassCounts) => number): Metric {
  if (exclusive) return confusionMetric(given, (counts) => averaged(classCounts(counts), score, average));
  return metric({
    targets: 'probabilities',
    measure(batch) {
      const predicted = isLikely(batch.output, given.scale).cast('float32');
      const truth = batch.target.greater(0.5).cast('float32');
      const weights = placeWeights(batch, truth);
      const others = truth.shape.map((_, axis) => axis).filter((axis) => axis !== 1);
      const count = (each: typeof truth) => (weights ? each.mul(weights) : each).sum(others);
      return { hits: count(truth.mul(predicted)), support: count(truth), predicted: count(predicted) };
    },
    finish({ hits, support, predicted }) {
      const classes = Array.from(hits.data, (own, k) => ({
        hits: own,
        support: support.data[k]!,
        predicted: predicted.data[k]!,
      }));
      return averaged(classes, score, average);
    },
  });
}

/** A score of classes by its formula. */
function classScore(formula: string, score: (counts: ClassCounts) => number) {
  return defineMetric({
    options: object(options),
    formula,
    examples: [
      { output: [3, 2] },
      { options: { average: 'none' } },
      { options: { average: 'weighted' } },
      { options: { exclusive: false }, output: [3, 2] },
    ],
    create: (given) => scoreMetric(given, score),
  });
}

/** Of what is predicted as a class, the share that belongs to it; 0 for a class that is never predicted. */
export const precision = classScore('precision = TP/(TP + FP)', ({ hits, predicted }) => share(hits, predicted));

/** Of what belongs to a class, the share that is predicted as it. Its macro average is called balanced accuracy. */
export const recall = classScore('recall = TP/(TP + FN)', ({ hits, support }) => share(hits, support));

/** Of what belongs to a class or is predicted as it, the share that does both: the Jaccard index, mean IoU of maps. */
export const intersectionOverUnion = classScore('IoU = TP/(TP + FP + FN)', ({ hits, support, predicted }) =>
  share(hits, support + predicted - hits),
);

function overlap({ hits, support, predicted }: ClassCounts): number {
  return share(2 * hits, support + predicted);
}

/** The overlap of predicted and true regions, which is the F₁ score of their places. */
export const dice = classScore('dice = 2TP/(2TP + FP + FN)', overlap);

/** Harmonic mean of precision and recall over a whole pass; 0 for a class without any true positive. */
export const f1 = classScore('F₁ = 2TP/(2TP + FP + FN)', overlap);

/** The same where recall counts β times as much as precision. */
export const fBeta = defineMetric({
  options: object({ ...options, beta: documented(optional(positive, 1), 'How much more recall counts, β.') }),
  formula: 'F_β = (1 + β²)·TP/((1 + β²)·TP + FP + β²·FN)',
  source: 'van Rijsbergen 1979',
  examples: [{ options: { beta: 2, average: 'micro' } }, { options: { beta: 0.5, average: 'binary' }, output: [1] }],
  create: ({ beta, ...given }) =>
    scoreMetric(given, ({ hits, support, predicted }) =>
      share((1 + beta ** 2) * hits, predicted + beta ** 2 * support),
    ),
});
