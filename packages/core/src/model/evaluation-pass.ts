import { AdjointError } from '../errors.js';
import type { Pass } from './model.js';

/** A pass without training: parameters as they are, states left alone, no random numbers. */
export const evaluationPass: Pass = {
  training: false,
  value: ({ variable }) => variable.value,
  update() {},
  random: (place) => {
    throw new AdjointError(
      'ATTRIBUTE_INVALID',
      `${place}: random numbers are drawn while training only; test context.training first.`,
    );
  },
};
