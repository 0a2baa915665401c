import { defineSchedule } from '@adjoint/core';
import { boolean, documented, natural, object, optional } from '@adjoint/core/options';
import { floor, halfCosine, length } from './options.js';

/** Half a cosine from the base rate down to a share of it, over the whole run, after an optional linear warm-up. */
export const cosine = defineSchedule({
  options: object({
    floor,
    warmup: documented(optional(natural, 0), 'Steps over which the rate rises linearly to the base rate first.'),
    steps: documented(length, 'Updates of the fall, after the warm-up; those that are left of the run, if not given.'),
    periodic: documented(
      optional(boolean, false),
      "After the fall the rate rises again and so on, as PyTorch's does; otherwise it stays at the floor.",
    ),
  }),
  formula: 'η(t) = η·(floor + (1 − floor)·(1 + cos(π·t/T))/2)',
  source: 'Loshchilov & Hutter 2017, equation 5',
  create:
    ({ floor: lowest, warmup, steps, periodic }) =>
    ({ step, base, totalSteps }) => {
      if (step < warmup) return (base * (step + 1)) / warmup;
      const done = (step - warmup) / Math.max(1, steps ?? totalSteps - warmup);
      return base * (lowest + (1 - lowest) * halfCosine(periodic ? done : Math.min(1, done)));
    },
});
