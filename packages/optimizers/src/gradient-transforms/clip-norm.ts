import { defineGradientTransform } from '@adjoint/core';
import { documented, object, optional, positive } from '@adjoint/core/options';
import { normOrder, scaleTo } from '../norms.js';

/** Scales the gradient of each parameter so that its own norm is at most `max`. */
export const clipNorm = defineGradientTransform({
  options: object({
    max: documented(optional(positive, 1), 'Largest norm of the gradient of a parameter.'),
    p: normOrder,
  }),
  formula: 'g ← g·min(1, max/(‖g‖ₚ + 10⁻⁶)), for each parameter',
  source: 'Pascanu et al. 2013, algorithm 1, for each parameter on its own',
  create: ({ max, p }) => ({
    update: (gradients) => ({
      gradients: gradients.map((gradient) => gradient.mul(scaleTo(max, [gradient], { epsilon: 1e-6, p }).minimum(1))),
    }),
  }),
});
