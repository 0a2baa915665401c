import { defineOptimizer, updateRule, varying, wholePower, zerosLike } from '@adjoint/core';
import { decay, documented, object, optional, rate } from '@adjoint/core/options';

/** Steps scaled by running means of the gradient and its square, both corrected for their start at zero. */
export const adam = defineOptimizer({
  options: object({
    learningRate: documented(optional(varying(rate), 1e-3), 'Step size η.'),
    beta1: documented(optional(decay, 0.9), 'Decay of the mean gradient.'),
    beta2: documented(optional(decay, 0.999), 'Decay of the mean square.'),
    epsilon: documented(optional(rate, 1e-8), 'Added to the root of the mean square.'),
  }),
  formula: 'm ← β₁m + (1−β₁)g;  v ← β₂v + (1−β₂)g²;  w ← w − η·(m/(1−β₁ᵗ))/(√(v/(1−β₂ᵗ)) + ε)',
  source: 'Kingma & Ba 2015, algorithm 1',
  create: ({ beta1, beta2, epsilon }) =>
    updateRule({
      init: ({ value }) => ({ mean: zerosLike(value), square: zerosLike(value) }),
      update(gradient, { mean, square }, _, { learningRate, scalar }) {
        const nextMean = mean.mul(beta1).add(gradient.mul(1 - beta1));
        const nextSquare = square.mul(beta2).add(gradient.square().mul(1 - beta2));
        const meanCorrection = scalar('meanCorrection', ({ step }) => 1 / (1 - wholePower(beta1, step + 1)));
        const rootCorrection = scalar('rootCorrection', ({ step }) => 1 / Math.sqrt(1 - wholePower(beta2, step + 1)));
        const root = nextSquare.sqrt().mul(rootCorrection).add(epsilon);
        const change = nextMean.mul(learningRate.mul(meanCorrection)).div(root).neg();
        return [change, { mean: nextMean, square: nextSquare }];
      },
    }),
});
