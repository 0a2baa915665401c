import { defineGradientTransform, div, scaledNorm } from '@adjoint/core';
import { documented, object, optional, positive } from '@adjoint/core/options';

/** Scales all gradients together so that their joint norm is at most `max`. */
export const clipGlobalNorm = defineGradientTransform({
  options: object({ max: documented(optional(positive, 1), 'Largest norm of all gradients together.') }),
  formula: 'g ← g·min(1, max/(‖g‖₂ + 10⁻⁶))',
  source: 'Pascanu et al. 2013, algorithm 1',
  create: ({ max }) => ({
    update(gradients) {
      const [first, ...others] = gradients;
      if (!first) return { gradients };
      const { scale, length } = scaledNorm([first, ...others]);
      const factor = div(div(max, scale), length.add(div(1e-6, scale))).minimum(1);
      return { gradients: gradients.map((gradient) => gradient.mul(factor)) };
    },
  }),
});
