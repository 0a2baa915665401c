import { defineEnsemble, type Choice } from '@adjoint/core';
import { count, documented, fraction, object, optional } from '@adjoint/core/options';
import { taskOf, taskOption } from '../check-loss.js';
import { trainSideBySide } from './side-by-side.js';

/**
 * Members that are trained together, as one model, and pushed apart: what one gets wrong the others make up for. The loss of
 * the trainer says only whether targets are numbers or classes; what is minimised is the squared error of numbers, or of
 * class probabilities, less the penalty.
 */
export const negativeCorrelation = defineEnsemble({
  options: object({
    members: documented(optional(count, 5), 'Number of members.'),
    strength: documented(
      optional(fraction, 0.5),
      'λ: 0 trains each member for itself, 1 their mean as if it were one model.',
    ),
    task: taskOption,
  }),
  formula: 'L = Σ over members of (yₘ − t)² − λ·(yₘ − ȳ)²; y = ȳ',
  source: 'Liu & Yao 1999, section 2',
  create: ({ members, strength, task }, context) => ({
    async fit(given) {
      const isRegression = taskOf('negativeCorrelation', given.base, context, task) === 'regression';
      const combine = isRegression ? 'averageVote' : 'softVote';
      const loss = { decorrelatedError: { strength, of: isRegression ? 'numbers' : 'classes' } } as Choice<'loss'>;
      const trained = await trainSideBySide(given, {
        members,
        combine,
        loss: (outputs) => [{ loss, outputs: outputs.map(([first]) => first!) }],
      });
      return { members: trained, combine };
    },
  }),
});
