import { defineOptimizer, updateRule, wholePower, zerosLike } from '@adjoint/core';
import { documented, object, optional, positive } from '@adjoint/core/options';
import { corrections, movingMean } from '../means.js';
import { coupledDecay, decay, learningRate, withDecay } from '../options.js';

/** Adam that does not scale until its mean square is known well enough: a warm-up of its own. */
export const radam = defineOptimizer({
  options: object({
    learningRate: learningRate(1e-3),
    beta1: documented(optional(decay, 0.9), 'Decay of the mean gradient.'),
    beta2: documented(optional(decay, 0.999), 'Decay of the mean square.'),
    epsilon: documented(optional(positive, 1e-8), 'Added to the root of the mean square.'),
    weightDecay: coupledDecay,
  }),
  formula:
    'ρ∞ = 2/(1−β₂) − 1;  ρ = ρ∞ − 2tβ₂ᵗ/(1−β₂ᵗ);  w ← w − η·m̂·r·√(1−β₂ᵗ)/(√v + ε) where ρ > 5, with r = √((ρ−4)(ρ−2)ρ∞/((ρ∞−4)(ρ∞−2)ρ)), and w − η·m̂ before',
  source: 'Liu et al. 2020, algorithm 2',
  create({ beta1, beta2, epsilon, weightDecay }) {
    const limit = 2 / (1 - beta2) - 1;
    /** The factor of the scaled step; 0 while there is none. */
    const rectified = (step: number): number => {
      const kept = wholePower(beta2, step);
      const length = limit - (2 * step * kept) / (1 - kept);
      if (length <= 5) return 0;
      const share = ((length - 4) * (length - 2) * limit) / ((limit - 4) * (limit - 2) * length);
      return Math.sqrt(share * (1 - kept));
    };
    return updateRule({
      init: ({ value }) => ({ mean: zerosLike(value), square: zerosLike(value) }),
      update(given, { mean, square }, { value: w }, context) {
        const { learningRate: eta, scalar } = context;
        const gradient = withDecay(given, w, weightDecay, context);
        const nextMean = movingMean(mean, gradient, beta1);
        const nextSquare = movingMean(square, gradient.square(), beta2);
        const scaled = scalar('scaled', ({ step }) => rectified(step + 1));
        const plain = scalar('plain', ({ step }) => (rectified(step + 1) === 0 ? 1 : 0));
        const scale = nextSquare.sqrt().add(epsilon).reciprocal().mul(scaled).add(plain);
        const step = eta.mul(corrections(beta1, beta2, scalar).meanCorrection);
        return [nextMean.mul(step).mul(scale).neg(), { mean: nextMean, square: nextSquare }];
      },
    });
  },
});
