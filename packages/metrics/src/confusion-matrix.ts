import { defineMetric } from '@adjoint/core';
import { object } from '@adjoint/core/options';
import { confusionMetric } from './confusion.js';

/** Counts of true and predicted classes, as figures named `true/predicted`. */
export const confusionMatrix = defineMetric({
  options: object({}),
  create: () =>
    confusionMetric((counts) =>
      Object.fromEntries(counts.flatMap((row, i) => row.map((count, j) => [`${i}/${j}`, count]))),
    ),
});
