import { defineLoss } from '@adjoint/core';
import { anyOf, array, documented, object, optional, rate } from '@adjoint/core/options';
import { binaryScale, complement, surprises } from './binary-scores.js';
import { perClass } from './class-numbers.js';
import { weighed } from './logarithms.js';

/** Cross-entropy of outputs that each stand for a probability of its own, with targets of the same shape in 0 … 1. */
export const binaryCrossEntropy = defineLoss({
  options: object({
    scale: binaryScale,
    positiveWeight: documented(
      optional(anyOf(rate, array(rate)), 1),
      'How much a target of 1 counts beside one of 0; a list has one number for each class (axis 1).',
    ),
  }),
  formula: 'L = mean of −w·t·ln p − (1 − t)·ln(1 − p), p = σ(z)',
  examples: [
    { options: { positiveWeight: [2, 0.5] }, outputs: [[2, 3]] },
    { options: { scale: 'probabilities', positiveWeight: 3 }, outputs: [[1]] },
  ],
  create: ({ scale, positiveWeight }) => ({
    targets: 'probabilities',
    scale,
    terms({ output, target }) {
      const { yes, no } = surprises(output, scale);
      const weight = Array.isArray(positiveWeight)
        ? perClass('binaryCrossEntropy', positiveWeight, output)
        : positiveWeight;
      const positive = weighed(target, yes);
      return (weight === 1 ? positive : positive.mul(weight)).add(weighed(complement(target), no));
    },
  }),
});
