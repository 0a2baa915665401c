import { AdjointError, defineEnsemble, type DataReference, type JobResult, type RandomSource } from '@adjoint/core';
import { count, documented, object, oneOf, optional, positive } from '@adjoint/core/options';
import { checkClassifiers, checkRegressions } from '../check-loss.js';
import { classesOf, labelsOf, largestOfRows, softmaxOfRows } from '../numbers.js';
import { regressionRound, sammeRealRound, sammeRound } from './rounds.js';

const members = documented(optional(count, 10), 'Greatest number of members.');
const learningRate = documented(optional(positive, 1), 'Shrinks what each member does to the weights.');
const sampling = documented(
  optional(oneOf('weights', 'resample'), 'weights'),
  'Whether the weights of examples are in the loss, or examples are drawn by them, with replacement.',
);

/** The data of the next member: weights of mean 1 for the loss, or a sample drawn by them. */
function reweighted(
  data: DataReference,
  weights: Float64Array,
  how: 'weights' | 'resample',
  random: RandomSource,
): DataReference {
  if (how === 'weights') return { ...data, weights: Float32Array.from(weights, (weight) => weight * weights.length) };
  let below = 0;
  const limits = weights.map((weight) => (below += weight));
  const place = (draw: number): number => {
    let [low, high] = [0, limits.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (limits[middle]! > draw) high = middle;
      else low = middle + 1;
    }
    return low;
  };
  return { ...data, indices: Int32Array.from(weights, () => place(random.uniform() * below)).toSorted() };
}

function equalWeights(size: number): Float64Array {
  return new Float64Array(size).fill(1 / size);
}

/** Classifiers one after the other, each on weights that grow where those before were wrong. */
export const adaBoost = defineEnsemble({
  options: object({
    members,
    learningRate,
    sampling,
    algorithm: documented(
      optional(oneOf('SAMME', 'SAMME.R'), 'SAMME'),
      'By the classes that members choose, or by their probabilities.',
    ),
  }),
  formula: 'α = rate·(ln((1 − e)/e) + ln(K − 1)), w ← w·exp(α·miss); y = argmax Σ α·[yₘ = k]',
  source: 'Zhu et al. 2009, algorithms 2 and 4; Freund & Schapire 1997 for two classes',
  create: ({ members: wanted, learningRate: rate, sampling: how, algorithm }, context) => ({
    async fit({ base, size, random, train, predict, targets }) {
      checkClassifiers('adaBoost', base, context);
      const all = await targets(base.train);
      const trained: JobResult[] = [];
      const alphas: number[] = [];
      const figures: Record<string, number> = {};
      let weights = equalWeights(size);
      while (trained.length < wanted) {
        const data = reweighted(base.train, weights, how, random.child(`member ${trained.length}`));
        const member = await train({ train: data }, { count: wanted });
        const output = await predict(member, base.train);
        const classes = classesOf('adaBoost', output);
        const labels = labelsOf('adaBoost', all, classes);
        const chosen = largestOfRows(output.data, classes);
        const round = sammeRound(weights, (i) => chosen[i] !== labels[i], { classes, rate });
        const helps = round.error < 1 - 1 / classes;
        if (!helps && trained.length === 0)
          throw new AdjointError(
            'DATA_INVALID',
            `adaBoost: the first member is wrong for ${round.error.toFixed(3)} of the weight, no better than chance; train members for longer, or make them larger.`,
          );
        // A member that is no better than chance would count against itself.
        if (!helps) break;
        trained.push(member);
        alphas.push(round.alpha);
        figures[`member_${trained.length}/error`] = round.error;
        if (round.error === 0) break;
        weights =
          algorithm === 'SAMME'
            ? round.weights
            : sammeRealRound(weights, softmaxOfRows(output.data, classes), labels, { classes, rate }).weights;
      }
      const combine = algorithm === 'SAMME' ? ({ hardVote: { weights: alphas } } as const) : 'boostedVote';
      return { members: trained, combine, figures };
    },
  }),
});

/** Regressions one after the other, each on weights that grow where those before were far off; their weighted median. */
export const adaBoostRegression = defineEnsemble({
  options: object({
    members,
    learningRate,
    sampling: documented(
      optional(oneOf('weights', 'resample'), 'resample'),
      'Whether the weights of examples are in the loss, or examples are drawn by them, with replacement, as in the paper.',
    ),
    loss: documented(
      optional(oneOf('linear', 'square', 'exponential'), 'linear'),
      'How an error, as a share of the largest, counts.',
    ),
  }),
  formula: 'β = L̄/(1 − L̄), w ← w·β^(rate·(1 − L)); y = median with weights rate·ln(1/β)',
  source: 'Drucker 1997',
  examples: [{ targets: 'numbers' }],
  create: ({ members: wanted, learningRate: rate, sampling: how, loss }, context) => ({
    async fit({ base, size, random, train, predict, targets }) {
      checkRegressions('adaBoostRegression', base, context);
      const [target] = await targets(base.train);
      if (!target || target.data.length !== size)
        throw new AdjointError('DATA_INVALID', 'adaBoostRegression: takes one number as the target of each example.');
      const trained: JobResult[] = [];
      const votes: number[] = [];
      const figures: Record<string, number> = {};
      let weights = equalWeights(size);
      while (trained.length < wanted) {
        const data = reweighted(base.train, weights, how, random.child(`member ${trained.length}`));
        const member = await train({ train: data }, { count: wanted });
        const output = await predict(member, base.train);
        const errors = Float64Array.from(output.data, (value, i) => Math.abs(value - target.data[i]!));
        const round = regressionRound(weights, errors, { loss, rate });
        if (round.error >= 0.5 && trained.length > 0) break;
        trained.push(member);
        votes.push(round.error >= 0.5 ? 1 : rate * Math.log(1 / round.beta));
        figures[`member_${trained.length}/error`] = round.error;
        if (round.error === 0 || round.error >= 0.5) break;
        weights = round.weights;
      }
      return { members: trained, combine: { medianVote: { weights: votes } }, figures };
    },
  }),
});
