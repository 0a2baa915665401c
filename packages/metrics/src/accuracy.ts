import { defineMetric, metric } from '@adjoint/core';
import { object } from '@adjoint/core/options';
import { outputScale, placeWeights, predictedClasses, ratio, targetClasses } from './classes.js';

/** Share of examples, or of their places, whose greatest output is that of their class. */
export const accuracy = defineMetric({
  options: object({ scale: outputScale }),
  formula: 'accuracy = correct/all',
  create: ({ scale }) =>
    metric({
      targets: 'classes',
      measure({ output, target, weights }) {
        const hits = predictedClasses(output, scale).equal(targetClasses(target)).cast('float32');
        const counts = placeWeights(weights, hits);
        return counts
          ? { correct: hits.mul(counts).sum(), count: counts.sum() }
          : { correct: hits.sum(), count: hits.size };
      },
      finish: ({ correct, count }) => ratio(correct, count),
    }),
});
