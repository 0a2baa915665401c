import { matmul, metric, oneHot, type Figure, type HostTensor, type Metric } from '@adjoint/core';
import { predictedClasses, targetClasses } from './classes.js';

/** A metric of the confusion matrix: counts (or weights) of [true class, predicted class] over the whole pass. */
export function confusionMetric(finish: (counts: HostTensor) => Figure): Metric {
  return metric({
    measure({ output, target, weights }) {
      const classes = Math.max(2, output.shape.at(-1) ?? 1);
      const [truth, predicted] = [oneHot(targetClasses(target), classes), oneHot(predictedClasses(output), classes)];
      const counted = weights ? truth.mul(weights.expandDims(-1)) : truth;
      return { counts: matmul(counted, predicted, { transposeA: true }) };
    },
    finish: ({ counts }) => finish(counts),
  });
}

/** The rows of a matrix. */
export function rowsOf({ data, shape: [rows = 0, columns = 0] }: HostTensor): number[][] {
  return Array.from({ length: rows }, (_, i) => Array.from(data.subarray(i * columns, (i + 1) * columns)));
}
