import { defineOptimizer, updateRule, zerosLike } from '@adjoint/core';
import { documented, object, optional, positive } from '@adjoint/core/options';
import { movingMean } from '../means.js';
import { coupledDecay, decay, learningRate, withDecay } from '../options.js';

/** Steps in the unit of the weights, from running means of squared gradients and squared steps; no rate to choose. */
export const adadelta = defineOptimizer({
  options: object({
    learningRate: learningRate(1),
    decay: documented(optional(decay, 0.9), 'Decay γ of both means.'),
    epsilon: documented(optional(positive, 1e-6), 'Within both roots; decides how long the first steps are.'),
    weightDecay: coupledDecay,
  }),
  formula: 'G ← γG + (1−γ)g²;  d = √(H+ε)/√(G+ε)·g;  w ← w − η·d;  H ← γH + (1−γ)d²',
  source: 'Zeiler 2012, algorithm 1 (η = 1)',
  create: ({ decay: kept, epsilon, weightDecay }) =>
    updateRule({
      init: ({ value }) => ({ square: zerosLike(value), step: zerosLike(value) }),
      update(given, { square, step }, { value: w }, context) {
        const gradient = withDecay(given, w, weightDecay, context);
        const nextSquare = movingMean(square, gradient.square(), kept);
        const change = step.add(epsilon).sqrt().div(nextSquare.add(epsilon).sqrt()).mul(gradient);
        const nextStep = movingMean(step, change.square(), kept);
        return [change.mul(context.learningRate).neg(), { square: nextSquare, step: nextStep }];
      },
    }),
});
