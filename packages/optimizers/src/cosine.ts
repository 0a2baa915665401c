import { cosineOfTurns, defineSchedule } from '@adjoint/core';
import { documented, fraction, natural, object, optional } from '@adjoint/core/options';

/** Half a cosine from the base rate down to a share of it, over the whole run, after an optional linear warm-up. */
export const cosine = defineSchedule({
  options: object({
    floor: documented(optional(fraction, 0), 'Share of the base rate at the end.'),
    warmup: documented(optional(natural, 0), 'Steps over which the rate rises linearly to the base rate first.'),
  }),
  formula: 'η(t) = η·(floor + (1 − floor)·(1 + cos(π·t/T))/2)',
  source: 'Loshchilov & Hutter 2017, equation 5',
  create:
    ({ floor, warmup }) =>
    ({ step, base, totalSteps }) => {
      if (step < warmup) return (base * (step + 1)) / warmup;
      const done = Math.min(1, (step - warmup) / Math.max(1, totalSteps - warmup));
      return base * (floor + ((1 - floor) * (1 + cosineOfTurns(done / 2))) / 2);
    },
});
