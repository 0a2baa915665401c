import { defineSchedule, wholePower } from '@adjoint/core';
import { documented, fraction, object } from '@adjoint/core/options';
import { timeAt, unit } from './options.js';

/** The same factor in each step. */
export const exponential = defineSchedule({
  options: object({
    factor: documented(fraction, 'Factor γ of each step or epoch.'),
    unit,
  }),
  formula: 'η(t) = η·γᵗ',
  source: "PyTorch's ExponentialLR",
  examples: [{ options: { factor: 0.95 } }],
  create:
    ({ factor, unit: counted }) =>
    (at) =>
      at.base * wholePower(factor, timeAt(at, counted)),
});
