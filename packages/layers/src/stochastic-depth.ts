import { bernoulli, defineLayer, varying, where } from '@adjoint/core';
import { documented, fraction, object, optional } from '@adjoint/core/options';

/** While training, drops whole examples of a branch with probability `rate` and scales the others by 1/(1 − rate). */
export const stochasticDepth = defineLayer({
  options: object({
    rate: documented(optional(varying(fraction), 0.2), 'Probability with which the branch is left out for an example.'),
  }),
  formula: 'y = x·b/(1 − rate), b ~ Bernoulli(1 − rate) for each example',
  source: 'Huang et al. 2016, arXiv:1603.09382, section 3, in the inverted form',
  description: 'Leaves a branch out for some examples while training; stands at its end, before it is added.',
  examples: [{ options: { rate: 0.4 }, inputs: [[2, 3]] }],
  create: ({ rate }) => ({
    build:
      () =>
      ([x], { training, random, value }) => {
        if (!training) return x;
        const kept = value(rate).neg().add(1);
        const each = x.shape.map((extent, axis) => (axis === 0 ? extent : 1));
        // Where nothing is kept, 0/0 would reach the gradient.
        return where(bernoulli(random(), kept, each), x.div(kept.maximum(1e-7)), 0);
      },
  }),
});
