import { defineMetric, metric } from '@adjoint/core';
import { object } from '@adjoint/core/options';
import { predictedClasses, ratio, targetClasses } from './classes.js';

/** Share of examples whose greatest output is that of their class. */
export const accuracy = defineMetric({
  options: object({}),
  formula: 'accuracy = correct/all',
  create: () =>
    metric({
      measure({ output, target, weights }) {
        const hits = predictedClasses(output).equal(targetClasses(target)).cast('float32');
        return weights
          ? { correct: hits.mul(weights).sum(), count: weights.sum() }
          : { correct: hits.sum(), count: hits.size };
      },
      finish: ({ correct, count }) => ratio(correct, count),
    }),
});
