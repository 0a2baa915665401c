import { defineSchedule, wholePower } from '@adjoint/core';
import { count, documented, fraction, object, optional } from '@adjoint/core/options';
import { timeAt, unit } from './options.js';

/** A factor after each of so many steps. */
export const step = defineSchedule({
  options: object({
    every: documented(count, 'Steps or epochs between two drops.'),
    factor: documented(optional(fraction, 0.1), 'Factor γ of each drop.'),
    unit,
  }),
  formula: 'η(t) = η·γ^⌊t/every⌋',
  source: "PyTorch's StepLR",
  examples: [{ options: { every: 5 } }],
  create:
    ({ every, factor, unit: counted }) =>
    (at) =>
      at.base * wholePower(factor, Math.floor(timeAt(at, counted) / every)),
});
