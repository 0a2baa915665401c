import { defineEnsemble, type Choice, type EnsembleContext } from '@adjoint/core';
import { count, documented, object, optional, rate } from '@adjoint/core/options';
import { togetherOption, trainSideBySide } from '../joint/side-by-side.js';
import { lossOf, taskOf, taskOption } from '../check-loss.js';

/**
 * Networks that differ in their initial parameters and the order of their data, trained on a proper scoring rule: what they
 * say together is how likely things are. Classifiers are averaged by their probabilities. Regressions whose loss is
 * `gaussian` have a mean and a variance each, and so has the ensemble, as of a mixture; with another loss of numbers only
 * the means are averaged.
 */
export const deepEnsemble = defineEnsemble({
  options: object({
    members: documented(optional(count, 5), 'Number of members.'),
    adversarial: documented(
      optional(rate, 0),
      'Step ε of adversarial examples that members are trained on as well, by the regularizer adversarial; 0 for none. The paper takes 1 % of the range of the inputs.',
    ),
    together: togetherOption,
    task: taskOption,
  }),
  formula: 'p(y|x) = mean over members of pₘ(y|x); L = l(x) + l(x + ε·sign ∂l/∂x)',
  source: 'Lakshminarayanan et al. 2017, algorithm 1',
  create: ({ members: wanted, adversarial: epsilon, together, task }, context) => ({
    async fit(given) {
      const { base, trainAll } = given;
      const areClasses = taskOf('deepEnsemble', base, context, task) === 'classification';
      const { regularizers = [], ...trainer } = base.trainer;
      const disturbed = { adversarial: { epsilon } } as Choice<'regularizer'>;
      const change = epsilon === 0 ? {} : { trainer: { ...trainer, regularizers: [...regularizers, disturbed] } };
      const combined = combineOf(base, areClasses);
      const members = together
        ? await trainSideBySide({ ...given, base: { ...base, ...change } }, { members: wanted, ...combined })
        : await trainAll(Array.from({ length: wanted }, () => change));
      return { members, ...combined };
    },
  }),
});

function combineOf(
  base: EnsembleContext['base'],
  areClasses: boolean,
): { readonly combine: Choice<'layer'>; readonly outputs?: number } {
  if (areClasses) return { combine: 'softVote' };
  const loss = lossOf(base);
  // The loss of another package, whose options say what the second output is.
  const name = 'gaussian' as string;
  if (loss === name) return { combine: 'mixtureVote', outputs: 2 };
  const options = (typeof loss === 'object' && (loss as { readonly [name: string]: unknown })[name]) as
    | { readonly of?: 'variance' | 'logVariance' }
    | false
    | undefined;
  return options
    ? { combine: { mixtureVote: { of: options.of ?? 'variance' } }, outputs: 2 }
    : { combine: 'averageVote' };
}
