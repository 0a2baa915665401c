import { count, defineEnsemble, documented, object, optional, type OptionsOf } from '@adjoint/core';

/** Members that differ in their seeds alone; the vote is the mean of their class probabilities. */
export const softVoting = defineEnsemble({
  options: object({ members: documented(optional(count, 5), 'Number of members.') }),
  formula: 'p = mean over members of softmax(zₘ)',
  source: 'Lakshminarayanan et al. 2017, section 2.4',
  create: ({ members }) => ({
    members,
    combine: (outputs) =>
      outputs
        .map((output) => output.softmax(-1))
        .reduce((sum, p) => sum.add(p))
        .mul(1 / outputs.length),
  }),
});

declare module '@adjoint/core' {
  interface Ensembles {
    softVoting: OptionsOf<typeof softVoting>;
  }
}
