import { defineOptimizer } from '@adjoint/core';
import { object } from '@adjoint/core/options';
import { coupledDecay, learningRate, withDecay } from '../options.js';

/** Plain gradient descent: full, mini-batch or stochastic, as the batch size says. */
export const sgd = defineOptimizer({
  options: object({ learningRate: learningRate(0.01), weightDecay: coupledDecay }),
  formula: 'w ← w − η·(g + λw)',
  source: 'Robbins & Monro 1951',
  create: ({ weightDecay }) => ({
    init: () => ({}),
    update: (gradient, _, { value: w }, context) => [
      withDecay(gradient, w, weightDecay, context).mul(context.learningRate).neg(),
      {},
    ],
  }),
});
