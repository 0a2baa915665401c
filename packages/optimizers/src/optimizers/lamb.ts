import { defineOptimizer, updateRule, zerosLike } from '@adjoint/core';
import { documented, object, optional, positive } from '@adjoint/core/options';
import { corrections, movingMean } from '../means.js';
import { trustRatio } from '../norms.js';
import { decay, decoupledDecay, learningRate, withDecay } from '../options.js';

/** Adam whose step has, in each parameter, a length that goes with the parameter's: for very large batches. */
export const lamb = defineOptimizer({
  options: object({
    learningRate: learningRate(1e-3),
    beta1: documented(optional(decay, 0.9), 'Decay of the mean gradient.'),
    beta2: documented(optional(decay, 0.999), 'Decay of the mean square.'),
    epsilon: documented(optional(positive, 1e-6), 'Added to the root of the mean square.'),
    weightDecay: decoupledDecay(0.01),
  }),
  formula: 'r = m̂/(√v̂ + ε) + λw;  w ← w − η·‖w‖/‖r‖·r  (w − η·r where a norm is 0)',
  source: 'You et al. 2020, algorithm 2',
  create: ({ beta1, beta2, epsilon, weightDecay }) =>
    updateRule({
      init: ({ value }) => ({ mean: zerosLike(value), square: zerosLike(value) }),
      update(gradient, { mean, square }, { value: w }, context) {
        const nextMean = movingMean(mean, gradient, beta1);
        const nextSquare = movingMean(square, gradient.square(), beta2);
        const { meanCorrection, rootCorrection } = corrections(beta1, beta2, context.scalar);
        const scaled = nextMean.mul(meanCorrection).div(nextSquare.sqrt().mul(rootCorrection).add(epsilon));
        const direction = withDecay(scaled, w, weightDecay, context);
        const step = context.learningRate.mul(trustRatio(w, direction));
        return [direction.mul(step).neg(), { mean: nextMean, square: nextSquare }];
      },
    }),
});
