import { bernoulli, defineLayer, varying, where } from '@adjoint/core';
import { documented, fraction, object, optional } from '@adjoint/core/options';

/** While training, zeroes each element with probability `rate` and scales the others by 1/(1 − rate). */
export const dropout = defineLayer({
  options: object({
    rate: documented(optional(varying(fraction), 0.5), 'Probability with which an element is dropped.'),
  }),
  formula: 'y = x·m/(1 − rate), m ~ Bernoulli(1 − rate)',
  source: 'Srivastava et al. 2014, section 4, in the inverted form',
  examples: [{ options: { rate: 0.4 }, inputs: [[5]] }],
  create: ({ rate }) => ({
    build:
      () =>
      ([x], { training, random, value }) => {
        if (!training) return x;
        const kept = value(rate).neg().add(1);
        // Where nothing is kept, 0/0 would reach the gradient.
        return where(bernoulli(random(), kept, x.shape), x.div(kept.maximum(1e-7)), 0);
      },
  }),
});
