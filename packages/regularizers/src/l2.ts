import { defineRegularizer } from '@adjoint/core';
import { array, documented, object, optional, rate, string } from '@adjoint/core/options';

/** Adds half the squared weights to the loss. Biases and scales are left alone unless their role is named. */
export const l2 = defineRegularizer({
  options: object({
    strength: documented(optional(rate, 1e-4), 'Factor α.'),
    roles: documented(optional(array(string), ['kernel']), 'Roles of the parameters that are penalised.'),
  }),
  formula: 'L ← L + α/2·Σ w²',
  source: 'Hoerl & Kennard 1970',
  create: ({ strength, roles }) => ({
    penalty(parameters) {
      const squares = parameters.filter(({ role }) => roles.includes(role)).map(({ value }) => value.square().sum());
      return squares.length === 0
        ? parameters[0]!.value.sum().mul(0)
        : squares.reduce((sum, part) => sum.add(part)).mul(strength / 2);
    },
  }),
});
