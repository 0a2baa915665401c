import { defineOptimizer, updateRule, zerosLike } from '@adjoint/core';
import { documented, object, optional, positive } from '@adjoint/core/options';
import { corrections, movingMean } from '../means.js';
import { coupledDecay, decay, learningRate, withDecay } from '../options.js';

/** Adam with the largest recent gradient in place of the root of the mean square. */
export const adamax = defineOptimizer({
  options: object({
    learningRate: learningRate(2e-3),
    beta1: documented(optional(decay, 0.9), 'Decay of the mean gradient.'),
    beta2: documented(optional(decay, 0.999), 'Decay of the largest gradient.'),
    epsilon: documented(optional(positive, 1e-8), 'Added to the size of each gradient.'),
    weightDecay: coupledDecay,
  }),
  formula: 'm ← β₁m + (1−β₁)g;  u ← max(β₂u, |g| + ε);  w ← w − η/(1−β₁ᵗ)·m/u',
  source: 'Kingma & Ba 2015, algorithm 2',
  create: ({ beta1, beta2, epsilon, weightDecay }) =>
    updateRule({
      init: ({ value }) => ({ mean: zerosLike(value), largest: zerosLike(value) }),
      update(given, { mean, largest }, { value: w }, context) {
        const gradient = withDecay(given, w, weightDecay, context);
        const nextMean = movingMean(mean, gradient, beta1);
        const nextLargest = largest.mul(beta2).maximum(gradient.abs().add(epsilon));
        const step = context.learningRate.mul(corrections(beta1, beta2, context.scalar).meanCorrection);
        return [nextMean.mul(step).div(nextLargest).neg(), { mean: nextMean, largest: nextLargest }];
      },
    }),
});
