import { AdjointError, defineLayer, varying } from '@adjoint/core';
import { documented, fraction, object, optional } from '@adjoint/core/options';
import { dropping } from './dropped.js';

/** While training, zeroes whole channels of an example (all places of axis 1) and scales the others by 1/(1 − rate). */
export const spatialDropout = defineLayer({
  options: object({
    rate: documented(optional(varying(fraction), 0.5), 'Probability with which a channel is dropped.'),
  }),
  formula: 'y = x·m/(1 − rate), one m ~ Bernoulli(1 − rate) for each channel',
  source: 'Tompson et al. 2015, section 3.2',
  examples: [{ options: { rate: 0.4 }, inputs: [[3, 2]] }],
  create: ({ rate }) => ({
    build([{ shape }]) {
      if (shape.length === 0)
        throw new AdjointError('SHAPE_MISMATCH', 'spatialDropout: examples are [channels, …places], not [].');
      return dropping(rate, 2);
    },
  }),
});

/**
 * While training, drops its whole input for some examples and scales it by 1/(1 − rate) for the others; before the sum of a
 * residual block it skips the block.
 */
export const stochasticDepth = defineLayer({
  options: object({
    rate: documented(optional(varying(fraction), 0.2), 'Probability with which an example is dropped.'),
  }),
  formula: 'y = x·m/(1 − rate), one m ~ Bernoulli(1 − rate) for each example',
  source: 'Huang et al. 2016, equation 2, in the inverted form',
  examples: [{ options: { rate: 0.4 }, inputs: [[3]] }],
  create: ({ rate }) => ({ build: () => dropping(rate, 1) }),
});
