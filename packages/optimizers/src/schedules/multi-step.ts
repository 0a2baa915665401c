import { defineSchedule, wholePower } from '@adjoint/core';
import { array, count, documented, fraction, object, optional } from '@adjoint/core/options';
import { timeAt, unit } from './options.js';

/** A factor at each of some moments. */
export const multiStep = defineSchedule({
  options: object({
    milestones: documented(
      array(count),
      'Steps or epochs that are done before each drop; one named twice counts twice.',
    ),
    factor: documented(optional(fraction, 0.1), 'Factor γ of each drop.'),
    unit,
  }),
  formula: 'η(t) = η·γ^(number of milestones ≤ t)',
  source: "PyTorch's MultiStepLR; He et al. 2016, section 3.4",
  examples: [{ options: { milestones: [4, 8] } }],
  create:
    ({ milestones, factor, unit: counted }) =>
    (at) =>
      at.base * wholePower(factor, milestones.filter((milestone) => milestone <= timeAt(at, counted)).length),
});
