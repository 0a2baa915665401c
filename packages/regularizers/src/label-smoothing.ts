import { defineRegularizer, type Tensor } from '@adjoint/core';
import { documented, fraction, object, optional } from '@adjoint/core/options';
import { classesOf, probabilities } from './probabilities.js';

/** Moves a share of each target's probability to all classes evenly. */
export const labelSmoothing = defineRegularizer({
  options: object({ smoothing: documented(optional(fraction, 0.1), 'Share ε that is spread over all classes.') }),
  formula: 't ← (1 − ε)·t + ε/K',
  source: 'Szegedy et al. 2016, section 7',
  create: ({ smoothing }) => ({
    batch({ targets, ...batch }, context) {
      const classes = classesOf(context);
      const smooth = (target: Tensor): Tensor =>
        probabilities(target, classes)
          .mul(1 - smoothing)
          .add(smoothing / classes);
      return { ...batch, targets: targets.map(smooth) };
    },
  }),
});
