import { defineLayer, varying } from '@adjoint/core';
import { documented, fraction, object, optional } from '@adjoint/core/options';
import { dropping } from './dropped.js';

/** While training, zeroes each element with probability `rate` and scales the others by 1/(1 − rate). */
export const dropout = defineLayer({
  options: object({
    rate: documented(optional(varying(fraction), 0.5), 'Probability with which an element is dropped.'),
  }),
  formula: 'y = x·m/(1 − rate), m ~ Bernoulli(1 − rate)',
  source: 'Srivastava et al. 2014, section 4, in the inverted form',
  examples: [{ options: { rate: 0.4 }, inputs: [[5]] }],
  create: ({ rate }) => ({ build: () => dropping(rate) }),
});
