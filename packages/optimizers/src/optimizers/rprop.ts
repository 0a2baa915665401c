import { AdjointError, defineOptimizer, literal, updateRule, varying, where, zerosLike } from '@adjoint/core';
import { documented, object, optional, positive, refine } from '@adjoint/core/options';

/** A step size for each weight, from the signs of its gradients alone. For full batches: noise turns signs. */
export const rprop = defineOptimizer({
  options: object({
    learningRate: documented(
      optional(varying(positive), 0.01),
      'Size of the first steps; a schedule scales all sizes alike.',
    ),
    etaMinus: documented(
      optional(
        refine(positive, (value) => value < 1, 'below 1'),
        0.5,
      ),
      'Factor of a step size after the sign has turned.',
    ),
    etaPlus: documented(
      optional(
        refine(positive, (value) => value > 1, 'above 1'),
        1.2,
      ),
      'Factor of a step size after the same sign.',
    ),
    minStep: documented(optional(positive, 1e-6), 'Smallest step size.'),
    maxStep: documented(optional(positive, 50), 'Largest step size.'),
  }),
  formula: 'Δ ← Δ·η⁺ where g·g′ > 0, Δ·η⁻ and g ← 0 where g·g′ < 0;  w ← w − Δ·sign g',
  source: 'Riedmiller & Braun 1993; without backtracking, as iRprop⁻ of Igel & Hüsken 2000',
  create({ learningRate, etaMinus, etaPlus, minStep, maxStep }) {
    if (minStep > maxStep)
      throw new AdjointError(
        'OPTIONS_INVALID',
        `optimizer 'rprop': minStep ${minStep} is above maxStep ${maxStep}; exchange them.`,
      );
    const first = typeof learningRate === 'number' ? learningRate : learningRate.base;
    return updateRule({
      init: ({ value }) => ({ previous: zerosLike(value), size: zerosLike(value).add(first) }),
      update(gradient, { previous, size }, _, { learningRate: rate }) {
        const agreement = gradient.mul(previous.sign());
        const hasTurned = agreement.less(0);
        const factor = where(hasTurned, etaMinus, where(agreement.greater(0), etaPlus, literal(1, gradient.dtype)));
        const nextSize = size.mul(factor).clamp(minStep, maxStep);
        const kept = where(hasTurned, 0, gradient);
        return [kept.sign().mul(nextSize).mul(rate.div(first)).neg(), { previous: kept, size: nextSize }];
      },
    });
  },
});
