import { defineSchedule } from '@adjoint/core';
import { documented, object, optional, rate } from '@adjoint/core/options';
import { length, shareDone } from './options.js';

/** From one factor of the base rate to another, evenly, then stays. */
export const linear = defineSchedule({
  options: object({
    startFactor: documented(optional(rate, 1), 'Factor of the base rate at the start.'),
    endFactor: documented(optional(rate, 0), 'Factor of the base rate at the end.'),
    steps: length,
  }),
  formula: 'η(t) = η·(start + (end − start)·min(1, t/T))',
  source: "PyTorch's LinearLR",
  create:
    ({ startFactor, endFactor, steps }) =>
    ({ step, base, totalSteps }) =>
      base * (startFactor + (endFactor - startFactor) * shareDone(step, steps ?? totalSteps)),
});
