import { defineLoss } from '@adjoint/core';
import { object } from '@adjoint/core/options';
import { classOptions } from './class-numbers.js';
import { crossEntropy } from './cross-entropy.js';

/** Cross-entropy of logarithms of probabilities, such as those of logSoftmax or of a vote: [batch, classes, …places]. */
export const negativeLogLikelihood = defineLoss({
  options: object(classOptions),
  formula: 'L = −mean over examples and places of Σ_k t_k·y_k, y = ln p',
  examples: [{ outputs: [[3]] }, { options: { weights: [1, 2, 0.5] }, outputs: [[3, 2]] }],
  create: (options, context) => crossEntropy.create({ ...options, scale: 'logProbabilities', smoothing: 0 }, context),
});
