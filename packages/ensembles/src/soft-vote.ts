import { defineLayer, logSumExp, stack } from '@adjoint/core';
import { object } from '@adjoint/core/options';

/**
 * The mean of the class probabilities that several logits [batch, classes] stand for. Its logarithm is returned, since
 * losses and metrics take logits, and softmax(log p) = p.
 */
export const softVote = defineLayer({
  options: object({}),
  formula: 'z = log(mean over inputs of softmax(zₘ))',
  source: 'Lakshminarayanan et al. 2017, section 2.4',
  examples: [{ inputs: [[3], [3]] }],
  create: () => ({
    build: () => (outputs) =>
      logSumExp(stack(outputs.map((output) => output.logSoftmax(-1))), 0).sub(Math.log(outputs.length)),
  }),
});
