import { defineSchedule } from '@adjoint/core';
import { count, documented, object, optional } from '@adjoint/core/options';
import { floor, halfCosine, timeAt, unit } from './options.js';

/** Half a cosine again and again from the base rate, each longer than the last by a factor (SGDR). */
export const cosineRestarts = defineSchedule({
  options: object({
    firstCycle: documented(count, 'Steps or epochs of the first cycle.'),
    cycleFactor: documented(optional(count, 1), 'Factor by which each cycle is longer than the last.'),
    floor,
    unit,
  }),
  formula: 'η(t) = η·(floor + (1 − floor)·(1 + cos(π·t′/T′))/2), t′ steps into a cycle of T′',
  source: 'Loshchilov & Hutter 2017, equation 5',
  examples: [{ options: { firstCycle: 5, cycleFactor: 2 } }],
  create:
    ({ firstCycle, cycleFactor, floor: lowest, unit: counted }) =>
    (at) => {
      let cycle = firstCycle;
      let time = timeAt(at, counted);
      if (cycleFactor === 1) time %= cycle;
      for (; time >= cycle; cycle *= cycleFactor) time -= cycle;
      return at.base * (lowest + (1 - lowest) * halfCosine(time / cycle));
    },
});
