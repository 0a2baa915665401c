import { defineRegularizer } from '@adjoint/core';
import { count, documented, natural, object, optional } from '@adjoint/core/options';
import { averaging } from './averaging.js';

/** The plain mean of the weights that a run comes by after some step (stochastic weight averaging). */
export const swa = defineRegularizer({
  options: object({
    start: documented(
      optional(natural, 0),
      'Updates before the first that counts; until then, the weights themselves are evaluated.',
    ),
    every: documented(optional(count, 1), 'Updates from one that counts to the next, such as those of an epoch.'),
  }),
  formula: 'a ← a + (w − a)/n with the n-th of the weights after the updates start, start + every, …',
  source:
    'Izmailov et al. 2018, algorithm 1. Statistics of batchNorm are to be renewed: trainer.export({ recalibrate })',
  create: ({ start, every }) =>
    averaging(({ scalar }) =>
      scalar('share', ({ step }) => {
        // Until the start, the average is the weights.
        if (step < start) return 1;
        const place = step - start;
        return place % every === 0 ? 1 / (place / every + 1) : 0;
      }),
    ),
});
