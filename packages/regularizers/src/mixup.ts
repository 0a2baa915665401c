import { defineRegularizer, isFloat, take, varying, type RandomSource, type Tensor } from '@adjoint/core';
import { documented, object, optional, positive } from '@adjoint/core/options';
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

/** A draw from Beta(α, α): X/(X + Y) of two Gamma(α) draws. */
function beta(alpha: number, random: RandomSource): number {
  const [x, y] = [gamma(alpha, random), gamma(alpha, random)];
  return x + y === 0 ? 0.5 : x / (x + y);
}

/** A draw from Gamma(α, 1) by Marsaglia & Tsang 2000; for α < 1 from Gamma(α + 1)·U^(1/α). */
function gamma(alpha: number, random: RandomSource): number {
  if (alpha < 1) return gamma(alpha + 1, random) * (1 - random.uniform()) ** (1 / alpha);
  const d = alpha - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal();
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random.uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}
