import { defineOptimizer, literal, power, updateRule, wholePower, zerosLike, type Tensor } from '@adjoint/core';
import { documented, object, oneOf, optional, positive, rate } from '@adjoint/core/options';
import { corrections, movingMean } from '../means.js';
import { coupledDecay, decay, learningRate, withDecay } from '../options.js';

/** Adam that looks ahead along its mean, as Nesterov's momentum does. */
export const nadam = defineOptimizer({
  options: object({
    learningRate: learningRate(2e-3),
    beta1: documented(optional(decay, 0.9), 'Decay of the mean gradient, to which it rises from half.'),
    beta2: documented(optional(decay, 0.999), 'Decay of the mean square.'),
    epsilon: documented(optional(positive, 1e-8), 'Added to the root of the mean square.'),
    momentumDecay: documented(optional(rate, 0.004), 'ψ of the warm-up of the decay of the mean.'),
    weightDecay: coupledDecay,
    form: documented(
      optional(oneOf('pytorch', 'pytorch1'), 'pytorch'),
      "'pytorch' is the paper's and that of PyTorch 2; up to 1.13, the product ahead counted μₜ twice (mended by its pull request 92699).",
    ),
  }),
  formula:
    'μₜ = β₁(1 − ½·0.96^(tψ));  m, v as in adam;  w ← w − η·(μₜ₊₁m/(1−∏μᵢ, i ≤ t+1) + (1−μₜ)g/(1−∏μᵢ, i ≤ t))/(√v̂ + ε)',
  source: 'Dozat 2016, algorithm 2',
  create({ beta1, beta2, epsilon, momentumDecay, weightDecay, form }) {
    const fade = power(0.96, momentumDecay);
    const share = (step: number): number => beta1 * (1 - 0.5 * wholePower(fade, step));
    return updateRule({
      init: ({ value }) => ({ mean: zerosLike(value), square: zerosLike(value), product: literal(1, value.dtype) }),
      update(given, { mean, square, product }, { value: w }, context) {
        const { learningRate: eta, scalar } = context;
        const gradient = withDecay(given, w, weightDecay, context);
        const nextMean = movingMean(mean, gradient, beta1);
        const nextSquare = movingMean(square, gradient.square(), beta2);
        const now = scalar('share', ({ step }) => share(step + 1));
        const ahead = scalar('shareAhead', ({ step }) => share(step + 2));
        const nextProduct = product.mul(now);
        const productAhead = nextProduct.mul(form === 'pytorch1' ? now.mul(ahead) : ahead);
        const direction = nextMean
          .mul(ahead.div(restOf(productAhead)))
          .add(gradient.mul(restOf(now).div(restOf(nextProduct))));
        const root = nextSquare
          .sqrt()
          .mul(corrections(beta1, beta2, scalar).rootCorrection)
          .add(epsilon);
        return [direction.mul(eta).div(root).neg(), { mean: nextMean, square: nextSquare, product: nextProduct }];
      },
    });
  },
});

/** 1 − x. */
function restOf(x: Tensor): Tensor {
  return x.neg().add(1);
}
