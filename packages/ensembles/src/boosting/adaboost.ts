import { AdjointError, defineEnsemble } from '@adjoint/core';
import { count, documented, object, oneOf, optional, positive } from '@adjoint/core/options';
import { checkClassifiers, checkRegressions } from '../check-loss.js';
import { classesOf, labelsOf, largestOfRows, softmaxOfRows } from '../numbers.js';
import { boost } from './boost.js';
import { regressionRound, sammeRealRound, sammeRound } from './rounds.js';

const members = documented(optional(count, 10), 'Greatest number of members.');
const learningRate = documented(optional(positive, 1), 'Shrinks what each member does to the weights.');
const sampling = documented(
  optional(oneOf('weights', 'resample'), 'weights'),
  'Whether the weights of examples are in the loss, or examples are drawn by them, with replacement.',
);

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
    async fit(given) {
      const { base, targets } = given;
      checkClassifiers('adaBoost', base, context);
      const all = await targets(base.train);
      let labels: Int32Array | undefined;
      const { trained, votes, figures } = await boost(given, wanted, how, (output, weights, number) => {
        const classes = classesOf('adaBoost', output);
        const wantedLabels = (labels ??= labelsOf('adaBoost', all, classes));
        const chosen = largestOfRows(output.data, classes);
        const round = sammeRound(weights, (i) => chosen[i] !== wantedLabels[i], { classes, rate });
        const helps = round.error < 1 - 1 / classes;
        if (!helps && number === 0)
          throw new AdjointError(
            'DATA_INVALID',
            `adaBoost: the first member is wrong for ${round.error.toFixed(3)} of the weight, no better than chance; train members for longer, or make them larger.`,
          );
        // A member that is no better than chance would count against itself.
        if (!helps) return undefined;
        const next = (): Float64Array =>
          algorithm === 'SAMME'
            ? round.weights
            : sammeRealRound(weights, softmaxOfRows(output.data, classes), wantedLabels, { classes, rate }).weights;
        return { error: round.error, vote: round.alpha, next: round.error === 0 ? undefined : next() };
      });
      const combine = algorithm === 'SAMME' ? ({ hardVote: { weights: votes } } as const) : 'boostedVote';
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
    async fit(given) {
      const { base, size, targets } = given;
      checkRegressions('adaBoostRegression', base, context);
      const [target] = await targets(base.train);
      if (!target || target.data.length !== size)
        throw new AdjointError('DATA_INVALID', 'adaBoostRegression: takes one number as the target of each example.');
      const { trained, votes, figures } = await boost(given, wanted, how, (output, weights, number) => {
        const errors = Float64Array.from(output.data, (value, i) => Math.abs(value - target.data[i]!));
        const { error, beta, weights: next } = regressionRound(weights, errors, { loss, rate });
        const helps = error < 0.5;
        if (!helps && number > 0) return undefined;
        return {
          error,
          vote: helps ? rate * Math.log(1 / beta) : 1,
          next: helps && error > 0 ? next : undefined,
        };
      });
      return { members: trained, combine: { medianVote: { weights: votes } }, figures };
    },
  }),
});
