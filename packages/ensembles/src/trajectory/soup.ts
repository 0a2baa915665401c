import {
  AdjointError,
  allocateArray,
  defineEnsemble,
  formatShape,
  isFloat,
  sameShape,
  type HostTensor,
  type JobResult,
} from '@adjoint/core';
import { boolean, count, documented, object, optional } from '@adjoint/core/options';
import { classesOf, labelsOf, largestOfRows } from '../numbers.js';

type Weights = ReadonlyMap<string, HostTensor>;

/**
 * The mean of the weights of several models of one composition; whole numbers are those of the first.
 * @throws AdjointError `OPTIONS_INVALID` without any; `SHAPE_MISMATCH` for weights of other names or shapes
 */
export function averageWeights(all: readonly Weights[]): Map<string, HostTensor> {
  const [first] = all;
  if (!first) throw new AdjointError('OPTIONS_INVALID', 'averageWeights: there are no weights to average.');
  for (const [name, { shape }] of first)
    for (const weights of all) {
      const other = weights.get(name)?.shape;
      if (!other || !sameShape(other, shape) || weights.size !== first.size)
        throw new AdjointError(
          'SHAPE_MISMATCH',
          `averageWeights: the models disagree: '${name}' is ${formatShape(shape)} in one and ${other ? formatShape(other) : 'missing'} in another, of ${first.size} and ${weights.size} tensors; give weights of one composition.`,
        );
    }
  return new Map(
    [...first].map(([name, tensor]) => {
      if (!isFloat(tensor.dtype)) return [name, tensor];
      const sums = new Float64Array(tensor.data.length);
      for (const weights of all) weights.get(name)!.data.forEach((value, i) => (sums[i]! += value / all.length));
      const data = allocateArray(tensor.dtype, sums.length);
      data.set(sums);
      return [name, { ...tensor, data }];
    }),
  );
}

/**
 * One network with the mean of the weights of several, which start from the same parameters and differ in the order of their
 * data. It costs no more than one network when it is used.
 */
export const soup = defineEnsemble({
  options: object({
    members: documented(optional(count, 5), 'Number of networks that are trained.'),
    greedy: documented(
      optional(boolean, true),
      'Whether a network is only taken in where the accuracy on the validation data does not fall, the best first.',
    ),
  }),
  formula: 'w = mean over members of wₘ',
  source: 'Wortsman et al. 2022, recipe 1 for the greedy form',
  create: ({ members: wanted, greedy }) => ({
    async fit({ base, trainAll, predict, targets }) {
      // One starting point for all: means of networks that were drawn apart are of no use.
      const trained = await trainAll(Array.from({ length: wanted }, () => ({ modelSeed: base.seed })));
      if (!greedy) return { members: [averaged(trained)], combine: 'averageVote' };
      const { validation } = base;
      if (!validation)
        throw new AdjointError(
          'OPTIONS_INVALID',
          'soup: the greedy form chooses by validation data; pass { validation } to fit, or take greedy: false.',
        );
      const all = await targets(validation);
      const accuracyOf = async (result: JobResult): Promise<number> => {
        const output = await predict(result, validation);
        const classes = classesOf('soup', output);
        const labels = labelsOf('soup', all, classes);
        const chosen = largestOfRows(output.data, classes);
        return chosen.filter((choice, i) => choice === labels[i]).length / labels.length;
      };
      const scored = [];
      for (const member of trained) scored.push({ member, accuracy: await accuracyOf(member) });
      scored.sort((a, b) => b.accuracy - a.accuracy);
      const [best] = scored;
      let taken = [best!.member];
      let accuracy = best!.accuracy;
      for (const { member } of scored.slice(1)) {
        const tried = [...taken, member];
        const found = await accuracyOf(averaged(tried));
        if (found >= accuracy) [taken, accuracy] = [tried, found];
      }
      return {
        members: [averaged(taken)],
        combine: 'averageVote',
        figures: { 'soup/members': taken.length, 'soup/accuracy': accuracy },
      };
    },
  }),
});

function averaged(members: readonly JobResult[]): JobResult {
  return { ...members[0]!, weights: averageWeights(members.map(({ weights }) => weights)) };
}
