import { hostTensor, matmul, oneHot, type HostTensor, type Metric } from '@adjoint/core';
import { predictedClasses, targetClasses } from './classes.js';

/** A metric whose state is the confusion matrix: counts of [true class, predicted class] over the whole pass. */
export function confusionMetric(
  finish: (counts: readonly (readonly number[])[]) => number | Record<string, number>,
): Metric {
  return {
    init: ({ outputs }) => {
      const classes = Math.max(2, outputs);
      return { counts: hostTensor(new Float32Array(classes * classes), [classes, classes]) };
    },
    update({ counts }, { output, targets }) {
      const [classes] = counts!.shape as [number];
      const [truth, predicted] = [oneHot(targetClasses(targets), classes), oneHot(predictedClasses(output), classes)];
      return { counts: counts!.add(matmul(truth, predicted, { transposeA: true })) };
    },
    finish: ({ counts }) => finish(rowsOf(counts!)),
  };
}

function rowsOf({ data, shape: [rows, columns] }: HostTensor): number[][] {
  return Array.from({ length: rows! }, (_, i) => Array.from(data.subarray(i * columns!, (i + 1) * columns!)));
}
