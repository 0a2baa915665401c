import { defineRegularizer, type Tensor } from '@adjoint/core';
import { documented, fraction, object, optional } from '@adjoint/core/options';
import { probabilitiesOf } from './probabilities.js';

/** Moves a share of each target's probability to all classes evenly; of outputs for themselves, to yes and no (K = 2). */
export const labelSmoothing = defineRegularizer({
  options: object({ smoothing: documented(optional(fraction, 0.1), 'Share ε that is spread over all classes.') }),
  formula: 't ← (1 − ε)·t + ε/K',
  source: 'Szegedy et al. 2016, section 7',
  create: ({ smoothing }) => ({
    batch({ targets, ...batch }, context) {
      const smooth = (given: Tensor, place: number): Tensor => {
        // What no loss looks at is not known to be classes.
        if (context.targets.length > 0 && !context.targets[place]) return given;
        const { target, cases } = probabilitiesOf('labelSmoothing', given, place, context);
        return target.mul(1 - smoothing).add(smoothing / cases);
      };
      return { ...batch, targets: targets.map(smooth) };
    },
  }),
});
