import { AdjointError, defineLoss, distributionOf, pow, type HostTensor, type Tensor } from '@adjoint/core';
import { array, between, documented, object, optional, rate } from '@adjoint/core/options';
import { complement } from './binary-scores.js';
import { countedClasses, ofClass, onlyNumbers } from './class-numbers.js';
import { weighed } from './logarithms.js';

/** max(0, 1 − t·y) for targets of −1 (or 0, or false) and 1. */
function hinges(output: Tensor, target: Tensor): Tensor {
  const sign = target.greater(0).cast(output.dtype).mul(2).sub(1);
  return sign.mul(output).neg().add(1).relu();
}

function checkSigns([target]: readonly HostTensor[]): void {
  const wrong = target?.data.find((sign) => sign !== -1 && sign !== 0 && sign !== 1);
  if (wrong === undefined) return;
  throw new AdjointError('DATA_INVALID', `hinge: a target is ${wrong}; targets are −1 and 1, or 0 and 1.`);
}

/** Asks outputs for the sign of their targets (−1 and 1, or 0 and 1), and for a distance from 0 of 1. */
export const hinge = defineLoss({
  options: object({}),
  formula: 'L = mean max(0, 1 − t·y)',
  source: 'Cortes & Vapnik 1995',
  examples: [{ outputs: [[2]], targets: [{ shape: [2], dtype: 'int32' }] }],
  create: () => ({
    targets: 'numbers',
    check: checkSigns,
    terms: ({ output, target }) => hinges(output, target),
  }),
});

export const squaredHinge = defineLoss({
  options: object({}),
  formula: 'L = mean max(0, 1 − t·y)²',
  examples: [{ outputs: [[2]], targets: [{ shape: [2], dtype: 'int32' }] }],
  create: () => ({
    targets: 'numbers',
    check: checkSigns,
    terms: ({ output, target }) => hinges(output, target).square(),
  }),
});

/** Asks the score of the class to be above all others by a margin. Scores [batch, classes, …places] and class numbers. */
export const multiMargin = defineLoss({
  options: object({
    margin: documented(optional(rate, 1), 'Distance m that is asked for.'),
    power: documented(optional(between(1, 2), 1), 'Power p of what is missing.'),
    weights: documented(optional(array(rate)), 'How much each class counts, one number for each.'),
  }),
  formula: 'L = mean of w_c/K·Σ_{k≠c} max(0, m − y_c + y_k)^p',
  source: 'Crammer & Singer 2001',
  examples: [{ outputs: [[4]] }, { options: { power: 2, margin: 0.5, weights: [1, 2, 0.5] }, outputs: [[3, 2]] }],
  create: ({ margin, power, weights }) => ({
    targets: 'classes',
    terms({ output, target }) {
      onlyNumbers('multiMargin', target);
      const [, classes = 1] = output.shape;
      const own = ofClass(output, target).expandDims(1);
      const others = complement(distributionOf(target, classes, output.dtype));
      const missing = output.sub(own).add(margin).relu().mul(others);
      const sum = (power === 1 ? missing : power === 2 ? missing.square() : pow(missing, power)).sum(1).div(classes);
      const { counts } = countedClasses('multiMargin', target, output, { weights });
      return counts ? sum.mul(counts) : sum;
    },
  }),
});

/** Asks the scores of all classes that apply to be above those that do not, by 1. Targets are 0 or 1 for each class. */
export const multiLabelMargin = defineLoss({
  options: object({}),
  formula: 'L = mean over examples of 1/K·Σ_{j: t_j = 1} Σ_{i: t_i = 0} max(0, 1 − y_j + y_i)',
  examples: [{ outputs: [[3]], targets: [{ shape: [3], dtype: 'bool' }] }],
  create: () => ({
    targets: 'probabilities',
    terms({ output, target }) {
      const [, classes = 1] = output.shape;
      const missing = output.expandDims(1).sub(output.expandDims(2)).add(1).relu();
      const pairs = target.expandDims(2).mul(complement(target).expandDims(1));
      return weighed(pairs, missing).sum([1, 2]).div(classes);
    },
  }),
});
