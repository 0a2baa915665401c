import { defineGradientTransform } from '@adjoint/core';
import { documented, object, optional, positive } from '@adjoint/core/options';

/** Scales all gradients together so that their joint norm is at most `max`. */
export const clipGlobalNorm = defineGradientTransform({
  options: object({ max: documented(optional(positive, 1), 'Largest norm of all gradients together.') }),
  formula: 'g ← g·min(1, max/(‖g‖₂ + 10⁻⁶))',
  source: 'Pascanu et al. 2013, algorithm 1',
  create: ({ max }) => ({
    update(gradients) {
      const length = gradients
        .map((gradient) => gradient.square().sum())
        .reduce((sum, part) => sum.add(part))
        .sqrt();
      const scale = length.add(1e-6).reciprocal().mul(max).minimum(1);
      return { gradients: gradients.map((gradient) => gradient.mul(scale)) };
    },
  }),
});
