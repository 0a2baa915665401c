import { AdjointError, defineSchedule, power } from '@adjoint/core';
import { count, documented, object, optional, positive } from '@adjoint/core/options';

/** Rates that grow by the same factor from step to step, whatever the base rate: to see which ones a model bears. */
export const rangeTest = defineSchedule({
  options: object({
    from: documented(optional(positive, 1e-6), 'The first rate.'),
    to: documented(optional(positive, 10), 'The last rate.'),
    steps: documented(optional(count, 100), 'Updates from one to the other.'),
  }),
  formula: 'η(t) = from·(to/from)^(t/(steps − 1))',
  source: 'Smith 2017, section 3.3, on a logarithmic scale',
  create({ from, to, steps }) {
    if (from >= to)
      throw new AdjointError(
        'OPTIONS_INVALID',
        `schedule 'rangeTest': the rates go from ${from} to ${to}; give a larger last rate.`,
      );
    return ({ step }) => from * power(to / from, Math.min(1, step / Math.max(1, steps - 1)));
  },
});
