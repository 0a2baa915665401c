import { defineOptimizer, updateRule } from '@adjoint/core';
import { documented, natural, object, optional, rate } from '@adjoint/core/options';
import { coupledDecay, learningRate, withDecay } from '../options.js';

/** Gradient descent whose weights are averaged from some step on; the average is what is evaluated. */
export const asgd = defineOptimizer({
  options: object({
    learningRate: learningRate(0.01),
    lambda: documented(optional(rate, 1e-4), 'λ: weights shrink by 1 − λη in each step, and the rate falls with it.'),
    alpha: documented(optional(rate, 0.75), 'Power of the fall of the rate.'),
    start: documented(
      optional(natural, 1_000_000),
      "Steps after which the average begins, PyTorch's t0; before, it is the weight itself.",
    ),
    weightDecay: coupledDecay,
  }),
  formula: 'ηₜ = η/(1 + λη(t−1))^α;  w ← (1 − ληₜ)w − ηₜ·g;  a ← a + (w − a)/max(1, t − 1 − start)',
  source: 'Polyak & Juditsky 1992; the rates of Bottou 2010 and Xu 2011',
  create: ({ lambda, alpha, start, weightDecay }) =>
    updateRule({
      init: ({ value }) => ({ average: value }),
      update(given, { average }, { value: w }, context) {
        const { learningRate: eta, scalar } = context;
        const gradient = withDecay(given, w, weightDecay, context);
        const done = scalar('done', ({ step }) => lambda * step);
        const falling = eta.div(eta.mul(done).add(1).pow(alpha));
        const change = w.mul(lambda).add(gradient).mul(falling).neg();
        const share = scalar('share', ({ step }) => 1 / Math.max(1, step - start));
        const next = w.add(change);
        return [change, { average: average.mul(share.neg().add(1)).add(next.mul(share)) }];
      },
      evaluation: ({ average }) => average,
    }),
});
