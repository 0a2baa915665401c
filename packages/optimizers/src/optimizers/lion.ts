import { defineOptimizer, updateRule, zerosLike } from '@adjoint/core';
import { documented, object, optional } from '@adjoint/core/options';
import { movingMean } from '../means.js';
import { decay, decoupledDecay, learningRate, withDecay } from '../options.js';

/** Steps of one size along the sign of a mean gradient; one slot. Its rate is a third to a tenth of Adam's. */
export const lion = defineOptimizer({
  options: object({
    learningRate: learningRate(1e-4),
    beta1: documented(optional(decay, 0.9), 'Share of the mean in the direction.'),
    beta2: documented(optional(decay, 0.99), 'Decay of the mean gradient.'),
    weightDecay: decoupledDecay(0),
  }),
  formula: 'w ← w − η·(sign(β₁m + (1−β₁)g) + λw);  m ← β₂m + (1−β₂)g',
  source: 'Chen et al. 2023, algorithm 2',
  create: ({ beta1, beta2, weightDecay }) =>
    updateRule({
      init: ({ value }) => ({ mean: zerosLike(value) }),
      update(gradient, { mean }, { value: w }, context) {
        const sign = movingMean(mean, gradient, beta1).sign();
        const direction = withDecay(sign, w, weightDecay, context);
        return [direction.mul(context.learningRate).neg(), { mean: movingMean(mean, gradient, beta2) }];
      },
    }),
});
