import { defineSchedule, power } from '@adjoint/core';
import { documented, object, optional, positive } from '@adjoint/core/options';
import { floor, length, shareDone } from './options.js';

/** Falls as a power of the time that is left, then stays. */
export const polynomial = defineSchedule({
  options: object({
    power: documented(optional(positive, 1), 'Power p: 1 falls evenly, more falls sooner.'),
    steps: length,
    floor,
  }),
  formula: 'η(t) = η·(floor + (1 − floor)·(1 − t/T)^p)',
  source: "PyTorch's PolynomialLR; Chen et al. 2017, section 4.1 (“poly”)",
  create:
    ({ power: exponent, steps, floor: lowest }) =>
    ({ step, base, totalSteps }) =>
      base * (lowest + (1 - lowest) * power(1 - shareDone(step, steps ?? totalSteps), exponent)),
});
