import { defineEnsemble, logSumExp, stack } from '@adjoint/core';
import { count, documented, object, optional } from '@adjoint/core/options';

/**
 * Members that differ in their seeds alone; the vote is the mean of their class probabilities. Its logarithm is returned,
 * since losses and metrics take logits, and softmax(log p) = p.
 */
export const softVoting = defineEnsemble({
  options: object({ members: documented(optional(count, 5), 'Number of members.') }),
  formula: 'z = log(mean over members of softmax(zₘ))',
  source: 'Lakshminarayanan et al. 2017, section 2.4',
  create: ({ members }) => ({
    members,
    combine: (outputs) =>
      logSumExp(stack(outputs.map((output) => output.logSoftmax(-1))), 0).sub(Math.log(outputs.length)),
  }),
});
