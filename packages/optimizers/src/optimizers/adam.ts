import { defineOptimizer, updateRule, zerosLike, type Tensor, type UpdateRule } from '@adjoint/core';
import { boolean, documented, object, optional, positive } from '@adjoint/core/options';
import { corrections, movingMean } from '../means.js';
import { coupledDecay, decay, decoupledDecay, form, learningRate, withDecay, type Form } from '../options.js';

const moments = {
  beta1: documented(optional(decay, 0.9), 'Decay of the mean gradient.'),
  beta2: documented(optional(decay, 0.999), 'Decay of the mean square.'),
  epsilon: documented(optional(positive, 1e-8), 'Keeps the root from 0; see form.'),
  amsgrad: documented(
    optional(boolean, false),
    'Divides by the largest mean square so far, so that steps do not grow again (Reddi et al. 2018).',
  ),
  form,
};

/** Steps scaled by running means of the gradient and its square, both corrected for their start at zero. */
export const adam = defineOptimizer({
  options: object({ learningRate: learningRate(1e-3), ...moments, weightDecay: coupledDecay }),
  formula:
    'm ← β₁m + (1−β₁)g;  v ← β₂v + (1−β₂)g²;  w ← w − η·(m/(1−β₁ᵗ))/(√(v/(1−β₂ᵗ)) + ε)  (textbook: η·√(1−β₂ᵗ)/(1−β₁ᵗ)·m/√(v + ε))',
  source: 'Kingma & Ba 2015, algorithm 1',
  examples: [{ options: {} }, { options: { amsgrad: true, form: 'textbook' } }],
  create({ weightDecay, ...options }) {
    const { init, update } = adamRule(options);
    return updateRule<AdamSlots>({
      init,
      update: (gradient, slots, parameter, context) =>
        update(withDecay(gradient, parameter.value, weightDecay, context), slots, parameter, context),
    });
  },
});

/** Adam with weight decay that its scaling does not touch. */
export const adamW = defineOptimizer({
  options: object({ learningRate: learningRate(1e-3), ...moments, weightDecay: decoupledDecay(0.01) }),
  formula: 'm, v as in adam;  w ← w − η·(m̂/(√v̂ + ε) + λw)',
  source: 'Loshchilov & Hutter 2019, algorithm 2',
  create({ weightDecay, ...options }) {
    const { init, update } = adamRule(options);
    return updateRule<AdamSlots>({
      init,
      update(gradient, slots, parameter, context) {
        const [change, next] = update(gradient, slots, parameter, context);
        return [change.sub(parameter.value.mul(context.learningRate.mul(context.value(weightDecay)))), next];
      },
    });
  },
});

type AdamSlots = { readonly mean: Tensor; readonly square: Tensor; readonly largest?: Tensor };

interface AdamOptions {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly amsgrad: boolean;
  readonly form: Form;
}

function adamRule({ beta1, beta2, epsilon, amsgrad, form: place }: AdamOptions): UpdateRule<AdamSlots> {
  return {
    init: ({ value }) => ({
      mean: zerosLike(value),
      square: zerosLike(value),
      ...(amsgrad && { largest: zerosLike(value) }),
    }),
    update(gradient, { mean, square, largest }, _, { learningRate: eta, scalar }) {
      const nextMean = movingMean(mean, gradient, beta1);
      const nextSquare = movingMean(square, gradient.square(), beta2);
      const nextLargest = largest?.maximum(nextSquare);
      const { meanCorrection, rootCorrection } = corrections(beta1, beta2, scalar);
      const divisor = nextLargest ?? nextSquare;
      const root =
        place === 'textbook'
          ? divisor.add(epsilon).sqrt().mul(rootCorrection)
          : divisor.sqrt().mul(rootCorrection).add(epsilon);
      const change = nextMean.mul(eta.mul(meanCorrection)).div(root).neg();
      return [change, { mean: nextMean, square: nextSquare, ...(nextLargest && { largest: nextLargest }) }];
    },
  };
}
