import { defineGradientTransform } from '@adjoint/core';
import { documented, object, optional, positive } from '@adjoint/core/options';
import { normOrder, scaleTo } from '../norms.js';

/** Scales all gradients together so that their joint norm is at most `max`. */
export const clipGlobalNorm = defineGradientTransform({
  options: object({
    max: documented(optional(positive, 1), 'Largest norm of all gradients together.'),
    p: normOrder,
  }),
  formula: 'g ← g·min(1, max/(‖g‖ₚ + 10⁻⁶)), the norm over all gradients',
  source: 'Pascanu et al. 2013, algorithm 1',
  create: ({ max, p }) => ({
    update(gradients) {
      const scale = scaleTo(max, gradients, { epsilon: 1e-6, p }).minimum(1);
      return { gradients: gradients.map((gradient) => gradient.mul(scale)) };
    },
  }),
});
