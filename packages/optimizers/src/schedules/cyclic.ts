import { defineSchedule, wholePower } from '@adjoint/core';
import { count, documented, fraction, object, oneOf, optional } from '@adjoint/core/options';

/** Up and down again and again between a share of the base rate and the base rate. */
export const cyclic = defineSchedule({
  options: object({
    floor: documented(optional(fraction, 0.1), 'Share of the base rate at the lowest, where a cycle begins.'),
    halfCycle: documented(count, 'Steps of a rise.'),
    fall: documented(optional(count), 'Steps of a fall; those of a rise, if not given.'),
    mode: documented(
      optional(oneOf('triangular', 'triangular2', 'exponential'), 'triangular'),
      "Whether the peaks stay ('triangular'), are halved from cycle to cycle ('triangular2'), or fall by a factor in each step.",
    ),
    factor: documented(optional(fraction, 0.999), 'Factor γ of each step of mode exponential.'),
  }),
  formula: 'η(t) = η·(floor + (1 − floor)·height(t)·peak(t)), height from 0 to 1 and back',
  source: 'Smith 2017, section 3.1',
  examples: [{ options: { halfCycle: 4 } }],
  create:
    ({ floor, halfCycle, fall = halfCycle, mode, factor }) =>
    ({ step, base }) => {
      const cycle = Math.floor(step / (halfCycle + fall));
      const time = step % (halfCycle + fall);
      const height = time <= halfCycle ? time / halfCycle : 1 - (time - halfCycle) / fall;
      const peaks = { triangular: 1, triangular2: wholePower(0.5, cycle), exponential: wholePower(factor, step) };
      return base * (floor + (1 - floor) * height * peaks[mode]);
    },
});
