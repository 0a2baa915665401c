import { defineLoss } from '@adjoint/core';
import { object } from '@adjoint/core/options';

/** The mean squared difference of outputs and targets of one shape (axes of 1 may be left out of the targets). */
export const meanSquaredError = defineLoss({
  options: object({}),
  formula: 'L = mean (y − t)²',
  create: () => ({ targets: 'numbers', terms: ({ output, target }) => output.sub(target).square() }),
});
