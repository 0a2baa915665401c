import { defineOptimizer, updateRule, zerosLike } from '@adjoint/core';
import { documented, object, optional, positive, rate } from '@adjoint/core/options';
import { coupledDecay, form, learningRate, rootOf, withDecay } from '../options.js';

/** Steps that shrink for each weight with all squared gradients that it has seen: for sparse features. */
export const adagrad = defineOptimizer({
  options: object({
    learningRate: learningRate(0.01),
    epsilon: documented(optional(positive, 1e-10), 'Keeps the root from 0; see form.'),
    learningRateDecay: documented(optional(rate, 0), 'δ of the rate η/(1 + δt).'),
    initialAccumulator: documented(optional(rate, 0), 'Sum of squares to begin with.'),
    weightDecay: coupledDecay,
    form,
  }),
  formula: 'G ← G + g²;  w ← w − η·g/(√G + ε)  (textbook: η·g/√(G + ε))',
  source: 'Duchi et al. 2011',
  create: ({ epsilon, learningRateDecay, initialAccumulator, weightDecay, form: place }) =>
    updateRule({
      init: ({ value }) => ({
        sum: initialAccumulator === 0 ? zerosLike(value) : zerosLike(value).add(initialAccumulator),
      }),
      update(given, { sum }, { value: w }, context) {
        const { learningRate: base, scalar } = context;
        const gradient = withDecay(given, w, weightDecay, context);
        const next = sum.add(gradient.square());
        const step =
          learningRateDecay === 0
            ? base
            : base.mul(scalar('rateDecay', ({ step: done }) => 1 / (1 + learningRateDecay * done)));
        return [
          gradient
            .mul(step)
            .div(rootOf(next, epsilon, place))
            .neg(),
          { sum: next },
        ];
      },
    }),
});
