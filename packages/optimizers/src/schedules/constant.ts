import { defineSchedule } from '@adjoint/core';
import { documented, object, optional, rate } from '@adjoint/core/options';

/** The same rate in each step: a part of a sequence. */
export const constant = defineSchedule({
  options: object({ factor: documented(optional(rate, 1), 'Factor of the base rate.') }),
  formula: 'η(t) = η·factor',
  source: "PyTorch's ConstantLR",
  create:
    ({ factor }) =>
    ({ base }) =>
      base * factor,
});
