import { defineSchedule } from '@adjoint/core';
import { count, documented, object, optional } from '@adjoint/core/options';

/** A linear warm-up to the base rate, then a fall with the root of the step: needs no end in advance. */
export const inverseSquareRoot = defineSchedule({
  options: object({ warmup: documented(optional(count, 4000), 'Steps of the warm-up.') }),
  formula: 'η(t) = η·min((t+1)/warmup, √(warmup/(t+1)))',
  source: 'Vaswani et al. 2017, equation 3, whose largest rate is the base rate here',
  create:
    ({ warmup }) =>
    ({ step, base }) =>
      base * Math.min((step + 1) / warmup, Math.sqrt(warmup / (step + 1))),
});
