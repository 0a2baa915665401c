import { AdjointError, bernoulli, defineLayer, varying, where, type Shape, type Tensor } from '@adjoint/core';
import { documented, fraction, object, optional } from '@adjoint/core/options';

/** x/(1 − rate) where a mask of `shape`, which is broadcast, keeps it, and 0 elsewhere. */
export function dropped(x: Tensor, key: Tensor, rate: Tensor, shape: Shape): Tensor {
  const kept = rate.neg().add(1);
  // Where nothing is kept, 0/0 would reach the gradient.
  return where(bernoulli(key, kept, shape), x.div(kept.maximum(1e-7)), 0);
}

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
      return ([x], { training, random, value }) =>
        training
          ? dropped(
              x,
              random(),
              value(rate),
              x.shape.map((extent, d) => (d < 2 ? extent : 1)),
            )
          : x;
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
  create: ({ rate }) => ({
    build:
      () =>
      ([x], { training, random, value }) =>
        training
          ? dropped(
              x,
              random(),
              value(rate),
              x.shape.map((extent, d) => (d === 0 ? extent : 1)),
            )
          : x,
  }),
});
