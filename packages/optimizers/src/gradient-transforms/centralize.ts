import { defineGradientTransform } from '@adjoint/core';
import { object } from '@adjoint/core/options';

/** Takes from the gradient of each unit its mean: a constraint on its weights that smooths the loss. Biases stay. */
export const centralize = defineGradientTransform({
  options: object({}),
  formula: 'gᵢ ← gᵢ − mean gᵢ, i the units along the first axis, for two or more dimensions',
  source: 'Yong et al. 2020, equation 1',
  create: () => ({
    update: (gradients) => ({
      gradients: gradients.map((gradient) => {
        const axes = Array.from({ length: gradient.rank - 1 }, (_, i) => i + 1);
        return gradient.rank < 2 ? gradient : gradient.sub(gradient.mean(axes, true));
      }),
    }),
  }),
});
