import { defineMetric } from '@adjoint/core';
import { object } from '@adjoint/core/options';
import { outputScale } from './classes.js';
import { confusionMetric } from './confusion.js';

/** Counts of [true class, predicted class], as a table. */
export const confusionMatrix = defineMetric({
  options: object({ scale: outputScale }),
  create: (options) => confusionMetric(options, (counts) => counts),
});
