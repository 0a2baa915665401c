import { AdjointError, defineEnsemble, type Choice, type Job, type JobResult } from '@adjoint/core';
import { count, documented, object, optional } from '@adjoint/core/options';
import { combineLayer, combineOption } from '../combine.js';

/** Of the package of optimizers, whose names this one does not know. */
const cosine = 'cosine' as Choice<'schedule'>;

/** A base job of a part of the epochs, in whole ones. */
function cycleOf(who: string, { fit }: Job, epochs: number): Job['fit'] {
  if (epochs >= 1) return { ...fit, epochs };
  throw new AdjointError(
    'OPTIONS_INVALID',
    `${who}: ${fit.epochs} epochs are too few for its cycles; each takes at least one.`,
  );
}

/**
 * One network that is trained in cycles, in each of which the rate falls to 0 along half a cosine; where it stands at the
 * end of each is a member. It costs one training run.
 */
export const snapshots = defineEnsemble({
  options: object({
    members: documented(optional(count, 5), 'Number of cycles, into which the epochs are divided.'),
    combine: combineOption,
  }),
  formula: 'y = combine(y₁, y₂, …), yₘ after cycle m; η(t) = η/2·(1 + cos(π·t/T)) in each',
  source: 'Huang et al. 2017, equation 2',
  create: ({ members: wanted, combine }, context) => ({
    async fit({ base, train }) {
      const layer = combineLayer('snapshots', combine, base, context);
      const fit = cycleOf('snapshots', base, Math.floor(base.fit.epochs / wanted));
      const trained: JobResult[] = [];
      while (trained.length < wanted) {
        const last = trained.at(-1);
        trained.push(
          await train(
            {
              fit,
              // One network goes on: its initial parameters are those of the first cycle.
              modelSeed: base.seed,
              trainer: { ...base.trainer, schedule: cosine },
              ...(last && { weights: last.weights }),
            },
            { count: wanted },
          ),
        );
      }
      return { members: trained, combine: layer };
    },
  }),
});

/**
 * After most of the epochs as usual, short cycles from there in which the rate falls and rises; each ends at a member. The
 * members lie near each other, along paths of low loss.
 */
export const fastGeometric = defineEnsemble({
  options: object({
    members: documented(optional(count, 5), 'Number of cycles.'),
    cycle: documented(optional(count, 2), 'Epochs of a cycle; the epochs that are left come first.'),
    combine: combineOption,
  }),
  formula: 'y = combine(y₁, y₂, …), yₘ after short cycles from a trained network',
  source: 'Garipov et al. 2018, section 4, with cosine cycles',
  examples: [{ options: { members: 2 } }],
  create: ({ members: wanted, cycle, combine }, context) => ({
    async fit({ base, train }) {
      const layer = combineLayer('fastGeometric', combine, base, context);
      const first = cycleOf('fastGeometric', base, base.fit.epochs - wanted * cycle);
      let { weights } = await train({ fit: first, modelSeed: base.seed });
      const trained: JobResult[] = [];
      while (trained.length < wanted) {
        const member = await train(
          {
            fit: { ...base.fit, epochs: cycle },
            modelSeed: base.seed,
            trainer: { ...base.trainer, schedule: cosine },
            weights,
          },
          { count: wanted },
        );
        trained.push(member);
        ({ weights } = member);
      }
      return { members: trained, combine: layer };
    },
  }),
});
