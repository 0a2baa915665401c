import { defineGradientTransform } from '@adjoint/core';
import { boolean, documented, object, optional } from '@adjoint/core/options';
import { jointLength, lengthOf } from '../norms.js';

/** Measures gradients and leaves them as they are. */
export const gradientNorm = defineGradientTransform({
  options: object({
    each: documented(optional(boolean, false), 'Whether to measure each parameter by itself, too.'),
  }),
  description:
    'Leaves gradients as they are and tells their norm with the metrics of a step and an epoch: `gradientNorm`, or `gradientNorm/all` and one for each parameter. Listed after others, it sees what they have made.',
  formula: '‖g‖₂ over all gradients; of an epoch its mean over the steps',
  create: ({ each }) => ({
    update(gradients, { parameters }) {
      if (gradients.length === 0) return { gradients };
      const all = jointLength(gradients);
      const own = parameters.map(({ name }, i) => [name, lengthOf(gradients[i]!)] as const);
      return { gradients, figures: each ? { all, ...Object.fromEntries(own) } : all };
    },
  }),
});
