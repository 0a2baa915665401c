import { defineEnsemble, mapSeveral, severalOf, type Choice, type Composition, type JobResult } from '@adjoint/core';
import { count, documented, fraction, object, optional } from '@adjoint/core/options';
import { taskOf, taskOption } from '../check-loss.js';

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
  create: ({ members: wanted, strength, task }, context) => ({
    async fit({ base, train }) {
      const of = taskOf('negativeCorrelation', base, context, task) === 'classification' ? 'classes' : 'numbers';
      const names = Array.from({ length: wanted }, (_, i) => `member_${i + 1}`);
      const combine = of === 'classes' ? 'softVote' : 'averageVote';
      const loss = { decorrelatedError: { strength, of } } as Choice<'loss'>;
      const joint = await train(
        {
          composition: together(base.composition, names, combine),
          trainer: { ...base.trainer, loss: [{ loss, outputs: names }] },
        },
        { count: 1 },
      );
      return { members: names.map((name) => memberOf(joint, base.composition, name)), combine };
    },
  }),
});

/** Copies of a model on the same inputs. Metrics look at the first output, which is what they say together. */
function together(member: Composition, names: readonly string[], combine: 'softVote' | 'averageVote'): Composition {
  const sources = mapSeveral(member.inputs, ({ name }) => name);
  return {
    ...member,
    layers: [
      ...names.map((name) => ({ name, layer: { model: member } as Choice<'layer'>, inputs: sources })),
      { name: 'combined', layer: combine, inputs: severalOf(names) },
    ],
    outputs: ['combined', ...names],
  };
}

/** A member by itself. */
function memberOf(joint: JobResult, composition: Composition, name: string): JobResult {
  const prefix = `${name}/`;
  const weights = new Map(
    [...joint.weights].flatMap(([of, tensor]) => (of.startsWith(prefix) ? [[of.slice(prefix.length), tensor]] : [])),
  );
  return { ...joint, composition, weights };
}
