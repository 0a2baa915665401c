import { defineMetric, object, type OptionsOf } from '@adjoint/core';
import { confusionMetric } from './confusion.js';

/** Counts of [true class, predicted class], as a table. */
export const confusionMatrix = defineMetric({
  options: object({}),
  create: () => confusionMetric((counts) => counts),
});

declare module '@adjoint/core' {
  interface Metrics {
    confusionMatrix: OptionsOf<typeof confusionMatrix>;
  }
}
