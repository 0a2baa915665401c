import { defineMetric } from '@adjoint/core';
import { documented, object, oneOf, optional } from '@adjoint/core/options';
import { outputScale } from './classes.js';
import { confusionMetric, rowsOf } from './confusion.js';

/** Harmonic mean of precision and recall over a whole pass; 0 for a class without any true positive. */
export const f1 = defineMetric({
  options: object({
    scale: outputScale,
    average: documented(
      optional(oneOf('macro', 'micro', 'weighted', 'binary'), 'macro'),
      "How classes are averaged; 'binary' is class 1 alone.",
    ),
  }),
  formula: 'F₁ = 2TP/(2TP + FP + FN)',
  source: 'van Rijsbergen 1979',
  create: ({ average, scale }) =>
    confusionMetric({ scale }, (matrix) => {
      const counts = rowsOf(matrix);
      const classes = counts.map((row, k) => {
        const { [k]: truePositive = 0 } = row;
        const support = row.reduce((sum, count) => sum + count, 0);
        const predicted = counts.reduce((sum, { [k]: count = 0 }) => sum + count, 0);
        return {
          truePositive,
          support,
          predicted,
          score: support + predicted === 0 ? 0 : (2 * truePositive) / (support + predicted),
        };
      });
      // As scikit-learn: a class that neither occurs nor is predicted takes no part in the mean.
      const present = classes.filter(({ support, predicted }) => support + predicted > 0);
      const total = classes.reduce((sum, { support }) => sum + support, 0);
      if (average === 'binary') return classes[1]?.score ?? 0;
      if (average === 'micro') return classes.reduce((sum, { truePositive }) => sum + truePositive, 0) / total;
      if (average === 'weighted') return classes.reduce((sum, { score, support }) => sum + score * support, 0) / total;
      return present.reduce((sum, { score }) => sum + score, 0) / present.length;
    }),
});
