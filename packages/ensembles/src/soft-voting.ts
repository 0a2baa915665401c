import { defineEnsemble, type JobResult } from '@adjoint/core';
import { count, documented, object, optional } from '@adjoint/core/options';

/** Members that differ in their seeds alone; the vote is the mean of their class probabilities. */
export const softVoting = defineEnsemble({
  options: object({ members: documented(optional(count, 5), 'Number of members.') }),
  formula: 'z = log(mean over members of softmax(zₘ))',
  source: 'Lakshminarayanan et al. 2017, section 2.4',
  create: ({ members: wanted }) => ({
    async fit({ train }) {
      const members: JobResult[] = [];
      while (members.length < wanted) members.push(await train({}, { count: wanted }));
      return { members, combine: 'softVote' };
    },
  }),
});
