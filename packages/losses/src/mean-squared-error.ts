import { defineLoss } from '@adjoint/core';
import { object } from '@adjoint/core/options';

/** The mean squared difference of outputs and targets of one shape (a trailing axis of 1 may be left out of the targets). */
export const meanSquaredError = defineLoss({
  options: object({}),
  formula: 'L = mean (y − t)²',
  create: () => ({
    terms: ({ output, target }) =>
      output.sub(target.size === output.size ? target.reshape(output.shape) : target).square(),
  }),
});
