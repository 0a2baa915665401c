import { defineOptimizer, varying } from '@adjoint/core';
import { documented, object, optional, rate } from '@adjoint/core/options';

/** Plain gradient descent: full, mini-batch or stochastic, as the batch size says. */
export const sgd = defineOptimizer({
  options: object({ learningRate: documented(optional(varying(rate), 0.01), 'Step size η.') }),
  formula: 'w ← w − η·g',
  source: 'Robbins & Monro 1951',
  create: () => ({
    init: () => ({}),
    update: (gradient, _, __, { learningRate }) => [gradient.mul(learningRate).neg(), {}],
  }),
});
