import { defineGradientTransform, normal, power } from '@adjoint/core';
import { documented, object, optional, rate } from '@adjoint/core/options';

/** Adds normal noise to the gradients that fades as training goes on: helps very deep networks to start. */
export const gradientNoise = defineGradientTransform({
  options: object({
    variance: documented(optional(rate, 0.01), 'Variance η of the noise of the first step.'),
    fade: documented(optional(rate, 0.55), 'Power γ by which it fades.'),
  }),
  formula: 'g ← g + 𝒩(0, η/(1+t)^γ)',
  source: 'Neelakantan et al. 2015, equations 1 and 2',
  create: ({ variance, fade }) => ({
    update(gradients, { parameters, random, scalar }) {
      const deviation = scalar('deviation', ({ step }) => Math.sqrt(variance * power(1 + step, -fade)));
      return {
        gradients: gradients.map((gradient, i) => {
          const { name } = parameters[i]!;
          const noise = normal(random(name), gradient.shape, gradient.dtype === 'float64' ? 'float64' : 'float32');
          return gradient.add(noise.mul(deviation));
        }),
      };
    },
  }),
});
