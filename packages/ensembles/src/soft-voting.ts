import { AdjointError, defineEnsemble, type Choice, type JobResult } from '@adjoint/core';
import { count, documented, object, optional } from '@adjoint/core/options';

/** Members that differ in their seeds alone; the vote is the mean of their class probabilities. */
export const softVoting = defineEnsemble({
  options: object({ members: documented(optional(count, 5), 'Number of members.') }),
  formula: 'z = log(mean over members of softmax(zₘ))',
  source: 'Lakshminarayanan et al. 2017, section 2.4',
  create: ({ members: wanted }, { create }) => ({
    async fit({ base, train }) {
      const { loss } = base.trainer;
      const { targets } = create('loss', (Array.isArray(loss) ? loss[0].loss : loss) as Choice<'loss'>);
      if (targets === 'numbers' || targets === 'probabilities')
        throw new AdjointError(
          'OPTIONS_INVALID',
          'softVoting: averages the probabilities of classes, but the members are trained on a loss of numbers or of single probabilities; choose a loss of classes, such as crossEntropy.',
        );
      const members: JobResult[] = [];
      while (members.length < wanted) members.push(await train({}, { count: wanted }));
      return { members, combine: 'softVote' };
    },
  }),
});
