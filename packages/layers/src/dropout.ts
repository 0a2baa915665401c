import { bernoulli, defineLayer, documented, fraction, object, optional, where, type OptionsOf } from '@adjoint/core';

/** While training, zeroes each element with probability `rate` and scales the others by 1/(1 − rate). */
export const dropout = defineLayer({
  options: object({
    rate: documented(optional(fraction, 0.5), 'Probability with which an element is dropped.'),
  }),
  formula: 'y = x·m/(1 − rate), m ~ Bernoulli(1 − rate)',
  source: 'Srivastava et al. 2014, section 4, in the inverted form',
  create: ({ rate }) => ({
    build:
      () =>
      ([x], { training, random }) => {
        if (!training || rate === 0) return x;
        if (rate === 1) return x.mul(0);
        return where(bernoulli(random(), 1 - rate, x.shape), x.mul(1 / (1 - rate)), 0);
      },
  }),
});

declare module '@adjoint/core' {
  interface Layers {
    dropout: OptionsOf<typeof dropout>;
  }
}
