import { defineOptimizer, zerosLike } from '@adjoint/core';
import { boolean, documented, fraction, object, optional, rate } from '@adjoint/core/options';

/** Gradient descent with a velocity, in the form of Sutskever et al. with the rate outside the velocity. */
export const momentum = defineOptimizer({
  options: object({
    learningRate: documented(optional(rate, 0.01), 'Step size η.'),
    momentum: documented(optional(fraction, 0.9), 'Share μ of the velocity that is kept.'),
    nesterov: documented(optional(boolean, false), 'Looks ahead along the velocity.'),
  }),
  formula: 'v ← μv + g;  w ← w − η·v  (nesterov: w ← w − η·(g + μv))',
  source: 'Polyak 1964; Nesterov 1983 in the form of Sutskever et al. 2013',
  create: ({ momentum: share, nesterov }) => ({
    init: (parameter) => ({ velocity: zerosLike(parameter) }),
    update(gradient, { velocity }, _, { learningRate }) {
      const next = velocity!.mul(share).add(gradient);
      const direction = nesterov ? gradient.add(next.mul(share)) : next;
      return [direction.mul(learningRate).neg(), { velocity: next }];
    },
  }),
});
