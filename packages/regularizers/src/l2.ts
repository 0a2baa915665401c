import { array, documented, object, optional, rate, string } from '@adjoint/core/options';
import { checkFilter, defineRegularizer, varying } from '@adjoint/core';

/** Adds half the squared weights to the loss. Biases and scales are left alone unless their role is named. */
export const l2 = defineRegularizer({
  options: object({
    strength: documented(optional(varying(rate), 1e-4), 'Factor α.'),
    roles: documented(optional(array(string), ['kernel']), 'Roles of the parameters that are penalised.'),
  }),
  formula: 'L ← L + α/2·Σ w²',
  source: 'Hoerl & Kennard 1970',
  create: ({ strength, roles }) => ({
    penalty({ parameters }, context) {
      checkFilter({ roles }, parameters, 'l2');
      const squares = parameters.filter(({ role }) => roles.includes(role)).map(({ value }) => value.square().sum());
      const half = typeof strength === 'number' ? strength / 2 : context.value(strength).div(2);
      return squares.reduce((sum, part) => sum.add(part), context.value(0)).mul(half);
    },
  }),
});
