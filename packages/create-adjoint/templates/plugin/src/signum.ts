import { defineOptimizer, updateRule, zerosLike } from '@adjoint/core';
import { documented, fraction, object, optional, rate } from '@adjoint/core/options';

/** Steps of one size in the direction of a mean of gradients. */
export const signum = defineOptimizer({
  options: object({
    learningRate: documented(optional(rate, 1e-3), 'Size of a step, η.'),
    beta: documented(optional(fraction, 0.9), 'Decay of the mean gradient, β.'),
  }),
  description: 'Steps of one size in the direction of a mean of gradients.',
  formula: 'm ← βm + (1−β)g;  w ← w − η·sign(m)',
  source: 'Bernstein et al. 2018, algorithm 1',
  create: ({ beta }) =>
    updateRule({
      init: ({ value }) => ({ momentum: zerosLike(value) }),
      update(gradient, { momentum }, _, { learningRate }) {
        const next = momentum.mul(beta).add(gradient.mul(1 - beta));
        return [next.sign().mul(learningRate).neg(), { momentum: next }];
      },
    }),
});
