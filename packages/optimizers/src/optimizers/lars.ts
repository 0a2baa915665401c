import { defineOptimizer, updateRule, varying, where, zerosLike } from '@adjoint/core';
import { documented, object, optional, positive } from '@adjoint/core/options';
import { lengthOf } from '../norms.js';
import { coupledDecay, decay, learningRate, withDecay } from '../options.js';

/** Momentum with a rate for each parameter that goes with its norm: for very large batches. */
export const lars = defineOptimizer({
  options: object({
    learningRate: learningRate(0.1),
    trust: documented(optional(positive, 1e-3), 'Share κ of its own length by which a parameter may move.'),
    momentum: documented(optional(varying(decay), 0.9), 'Share μ of the velocity that is kept.'),
    weightDecay: coupledDecay,
  }),
  formula: 'κ̂ = κ‖w‖/(‖g‖ + λ‖w‖), 1 where a norm is 0;  v ← μv + η·κ̂·(g + λw);  w ← w − v',
  source: 'You, Gitman & Ginsburg 2017, algorithm 1',
  create: ({ trust, momentum, weightDecay }) =>
    updateRule({
      init: ({ value }) => ({ velocity: zerosLike(value) }),
      update(gradient, { velocity }, { value: w }, context) {
        const { learningRate: eta, value } = context;
        const [size, length] = [lengthOf(w), lengthOf(gradient)];
        const isZero = size.mul(length).equal(0);
        const divisor = withDecay(length, size, weightDecay, context);
        const ratio = where(isZero, 1, size.mul(trust).div(where(isZero, 1, divisor)));
        const step = withDecay(gradient, w, weightDecay, context).mul(eta.mul(ratio));
        const next = velocity.mul(value(momentum)).add(step);
        return [next.neg(), { velocity: next }];
      },
    }),
});
