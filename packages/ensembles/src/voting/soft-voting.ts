import { defineEnsemble, type JobChange } from '@adjoint/core';
import { count, documented, object, optional } from '@adjoint/core/options';
import { checkClassifiers } from '../check-loss.js';
import { combineLayer, combineOption } from '../combine.js';
import { togetherOption, trainSideBySide } from '../joint/side-by-side.js';
import { weightsOption } from '../votes/weights.js';

const members = documented(optional(count, 5), 'Number of members.');

/** Members that differ in their seeds alone; the vote is the mean of their class probabilities. */
export const softVoting = defineEnsemble({
  options: object({ members }),
  formula: 'z = log(mean over members of softmax(zₘ))',
  source: 'Lakshminarayanan et al. 2017, section 2.4',
  create: ({ members: wanted }, context) => ({
    async fit({ base, trainAll }) {
      checkClassifiers('softVoting', base, context);
      return { members: await trainAll(copies(wanted)), combine: 'softVote' };
    },
  }),
});

/** Members that differ in their seeds alone, of classifiers or regressions, with any way to combine them. */
export const voting = defineEnsemble({
  options: object({ members, combine: combineOption, weights: weightsOption, together: togetherOption }),
  formula: 'y = combine(y₁, y₂, …)',
  source: 'Hansen & Salamon 1990',
  create: ({ members: wanted, combine: how, weights, together }, context) => ({
    async fit(given) {
      const combine = combineLayer('voting', how, given.base, context, weights);
      if (together) return { members: await trainSideBySide(given, { members: wanted, combine }), combine };
      return { members: await given.trainAll(copies(wanted), weights && { weights }), combine };
    },
  }),
});

/** Members that differ in their seeds alone. */
function copies(howMany: number): JobChange[] {
  return Array.from({ length: howMany }, () => ({}));
}
