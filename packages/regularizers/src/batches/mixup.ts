import { defineRegularizer, isFloat, take, varying, type Tensor } from '@adjoint/core';
import { documented, object, optional, positive } from '@adjoint/core/options';
import { beta } from './beta.js';
import { probabilitiesOf } from './probabilities.js';

/** Trains on mixtures of two examples and of their targets, with one λ ~ Beta(α, α) for each batch. */
export const mixup = defineRegularizer({
  options: object({
    alpha: documented(optional(varying(positive), 0.2), 'Both parameters of the Beta distribution of λ.'),
  }),
  formula: 'x ← λx + (1 − λ)x[π];  t ← λt + (1 − λ)t[π]',
  source: 'Zhang et al. 2018, equation 1',
  create: ({ alpha }) => ({
    batch({ inputs, targets, weights }, context) {
      const [size = 0] = inputs[0].shape;
      const lambda = context.scalar('lambda', ({ random, value }) => beta(value(alpha), random));
      const partner = context.input('permutation', { shape: [size], dtype: 'int32' }, ({ random }) =>
        random.permutation(size),
      );
      const mix = (x: Tensor): Tensor => x.mul(lambda).add(take(x, partner).mul(lambda.mul(-1).add(1)));
      return {
        // Whole numbers and masks cannot be mixed: they are those of the first example.
        inputs: inputs.map((x) => (isFloat(x.dtype) ? mix(x) : x)),
        targets: targets.map((target, place) => mix(probabilitiesOf('mixup', target, place, context).target)),
        weights: weights && mix(weights),
      };
    },
  }),
});
