import { matmul, metric, oneHot, type Figure, type HostTensor, type Metric, type Scale } from '@adjoint/core';
import { classesOf, placeWeights, predictedClasses, targetClasses } from './classes.js';

/** A metric of the confusion matrix: counts (or weights) of [true class, predicted class] over the whole pass. */
export function confusionMetric(
  { scale }: { readonly scale?: Scale | undefined },
  finish: (counts: HostTensor) => Figure | Readonly<Record<string, Figure>>,
): Metric {
  return metric({
    targets: 'classes',
    measure({ output, target, weights }) {
      const classes = Math.max(2, classesOf(output));
      const truth = targetClasses(target);
      const rows = oneHot(truth.reshape([-1]), classes);
      const columns = oneHot(predictedClasses(output, scale).reshape([-1]), classes);
      const counts = placeWeights(weights, truth)?.reshape([-1, 1]);
      return { counts: matmul(counts ? rows.mul(counts) : rows, columns, { transposeA: true }) };
    },
    finish: ({ counts }) => finish(counts),
  });
}

/** The rows of a matrix. */
export function rowsOf({ data, shape: [rows = 0, columns = 0] }: HostTensor): number[][] {
  return Array.from({ length: rows }, (_, i) => Array.from(data.subarray(i * columns, (i + 1) * columns)));
}
