import { defineGradientTransform } from '@adjoint/core';
import { documented, object, optional, positive } from '@adjoint/core/options';

/** Bounds every element of the gradients; this changes their direction, unlike a bound of the norm. */
export const clipValue = defineGradientTransform({
  options: object({ max: documented(optional(positive, 1), 'Largest size of an element.') }),
  formula: 'g ← min(max(g, −max), max)',
  source: 'Mikolov 2012, section 3.2.2',
  create: ({ max }) => ({
    update: (gradients) => ({ gradients: gradients.map((gradient) => gradient.clamp(-max, max)) }),
  }),
});
