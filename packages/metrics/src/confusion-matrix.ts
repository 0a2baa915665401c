import { defineMetric } from '@adjoint/core';
import { object } from '@adjoint/core/options';
import { confusionMetric } from './confusion.js';

/** Counts of [true class, predicted class], as a table. */
export const confusionMatrix = defineMetric({
  options: object({}),
  create: () => confusionMetric((counts) => counts),
});
