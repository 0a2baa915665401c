import { defineOptimizer, updateRule, zerosLike, type Tensor } from '@adjoint/core';
import { boolean, documented, object, optional, positive } from '@adjoint/core/options';
import { movingMean } from '../means.js';
import { coupledDecay, decay, form, learningRate, rootOf, withDecay } from '../options.js';

/** Gradients divided by the root of a running mean of their squares. */
export const rmsprop = defineOptimizer({
  options: object({
    learningRate: learningRate(0.01),
    decay: documented(optional(decay, 0.99), 'Decay γ of the mean square.'),
    epsilon: documented(optional(positive, 1e-8), 'Keeps the root from 0; see form.'),
    momentum: documented(optional(decay, 0), 'Share μ of the velocity that is kept.'),
    centered: documented(optional(boolean, false), 'Takes the square of the mean from the mean square: a variance.'),
    weightDecay: coupledDecay,
    form,
  }),
  formula: 'G ← γG + (1−γ)g²;  v ← μv + g/(√G + ε);  w ← w − η·v  (textbook: g/√(G + ε))',
  source: 'Hinton, Srivastava & Swersky 2012, lecture 6e; centred by Graves 2013, equations 38–45',
  examples: [{ options: {} }, { options: { momentum: 0.9, centered: true } }],
  create: ({ decay: kept, epsilon, momentum, centered, weightDecay, form: place }) =>
    updateRule<{ square: Tensor; mean?: Tensor; velocity?: Tensor }>({
      init: ({ value }) => ({
        square: zerosLike(value),
        ...(centered && { mean: zerosLike(value) }),
        ...(momentum > 0 && { velocity: zerosLike(value) }),
      }),
      update(given, { square, mean, velocity }, { value: w }, context) {
        const gradient = withDecay(given, w, weightDecay, context);
        const nextSquare = movingMean(square, gradient.square(), kept);
        const nextMean = mean && movingMean(mean, gradient, kept);
        // Rounding may take a variance of next to nothing below 0.
        const spread = nextMean ? nextSquare.sub(nextMean.square()).maximum(0) : nextSquare;
        const scaled = gradient.div(rootOf(spread, epsilon, place));
        const next = velocity?.mul(momentum).add(scaled);
        return [
          (next ?? scaled).mul(context.learningRate).neg(),
          { square: nextSquare, ...(nextMean && { mean: nextMean }), ...(next && { velocity: next }) },
        ];
      },
    }),
});
