import { boolean, documented, fraction, object, optional, rate } from '@adjoint/core/options';
import { defineOptimizer, updateRule, varying, zerosLike } from '@adjoint/core';

/** Gradient descent with a velocity, in the form of Sutskever et al. with the rate outside the velocity. */
export const momentum = defineOptimizer({
  options: object({
    learningRate: documented(optional(varying(rate), 0.01), 'Step size η.'),
    momentum: documented(optional(varying(fraction), 0.9), 'Share μ of the velocity that is kept.'),
    nesterov: documented(optional(boolean, false), 'Looks ahead along the velocity.'),
  }),
  formula: 'v ← μv + g;  w ← w − η·v  (nesterov: w ← w − η·(g + μv))',
  source: 'Polyak 1964; Nesterov 1983 in the form of Sutskever et al. 2013',
  create: ({ momentum: share, nesterov }) =>
    updateRule({
      init: ({ value }) => ({ velocity: zerosLike(value) }),
      update(gradient, { velocity }, _, { learningRate, value }) {
        const next = velocity.mul(value(share)).add(gradient);
        const direction = nesterov ? gradient.add(next.mul(value(share))) : next;
        return [direction.mul(learningRate).neg(), { velocity: next }];
      },
    }),
});
