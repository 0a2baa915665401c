import { defineOptimizer, literal, stepRule, where, zerosLike, type Tensor } from '@adjoint/core';
import { boolean, documented, object, optional, positive } from '@adjoint/core/options';
import { movingMean } from '../means.js';
import { total } from '../norms.js';
import { decay, decoupledDecay, learningRate, withDecay } from '../options.js';

/** Adam that finds its own step size: a lower bound of the distance to the solution, which grows as it is learnt. */
export const prodigy = defineOptimizer({
  options: object({
    learningRate: learningRate(1),
    beta1: documented(optional(decay, 0.9), 'Decay of the mean gradient.'),
    beta2: documented(optional(decay, 0.999), 'Decay of the mean square; its root is that of the estimate.'),
    epsilon: documented(optional(positive, 1e-8), 'Added to the root of the mean square, times d.'),
    initial: documented(optional(positive, 1e-6), 'Distance d₀ to begin with, which is surely too small.'),
    factor: documented(optional(positive, 1), 'Factor of the estimate: above 1 for longer steps.'),
    safeguardWarmup: documented(
      optional(boolean, false),
      'Leaves the rate out of the sum below: for a warm-up, which would make the estimate too large.',
    ),
    weightDecay: decoupledDecay(0),
  }),
  formula:
    'r ← √β₂r + ηd²⟨g, w₀−w⟩;  s ← √β₂s + ηd²g;  d ← max(d, r/‖s‖₁);  m ← β₁m + (1−β₁)dg;  v ← β₂v + (1−β₂)d²g²;  w ← w − ηd·(m/(√v + dε) + λw)',
  source: 'Mishchenko & Defazio 2024, algorithm 4; r and s over d₀, as the authors implement it',
  create: ({ beta1, beta2, epsilon, initial, factor, safeguardWarmup, weightDecay }) => {
    const beta3 = Math.sqrt(beta2);
    return stepRule<{ distance: Tensor; sum: Tensor; own: Record<string, Slots> }>({
      init: (parameters) => {
        const dtype = parameters[0]?.value.dtype ?? 'float32';
        const own = parameters.map(({ name, value }) => {
          const zeros = zerosLike(value);
          return [name, { mean: zeros, square: zeros, direction: zeros, start: value }] as const;
        });
        return {
          distance: literal(initial, dtype),
          sum: literal(0, dtype),
          own: Object.fromEntries(own),
        };
      },
      step(context) {
        const { parameters, slots, learningRate: eta } = context;
        const { distance: d } = slots;
        const { gradients } = context.lossAndGradients();
        const step = eta.mul(d);
        const scale = d.div(initial);
        const [toSum, toDirection] = [scale.mul(step), scale.mul(safeguardWarmup ? d : step)];
        const along = parameters.map(({ name, value: w }, i) => gradients[i]!.mul(slots.own[name]!.start.sub(w)).sum());
        const sum = slots.sum.mul(beta3).add(total(along).mul(toSum));
        const directions = parameters.map(({ name }, i) =>
          slots.own[name]!.direction.mul(beta3).add(gradients[i]!.mul(toDirection)),
        );
        const length = total(directions.map((direction) => direction.abs().sum()));
        const isZero = length.equal(0);
        const estimate = where(isZero, 0, sum.div(where(isZero, 1, length))).mul(factor);
        const distance = d.maximum(estimate);
        const next: [string, Slots][] = [];
        const values = parameters.map(({ name, value: w }, i) => {
          const { mean, square, start } = slots.own[name]!;
          const scaled = gradients[i]!.mul(d);
          const nextMean = movingMean(mean, scaled, beta1);
          const nextSquare = movingMean(square, scaled.square(), beta2);
          next.push([name, { mean: nextMean, square: nextSquare, direction: directions[i]!, start }]);
          const change = nextMean.div(nextSquare.sqrt().add(distance.mul(epsilon)));
          return w.sub(withDecay(change, w, weightDecay, context).mul(step));
        });
        return { values, slots: { distance, sum, own: Object.fromEntries(next) } };
      },
    });
  },
});

type Slots = { readonly mean: Tensor; readonly square: Tensor; readonly direction: Tensor; readonly start: Tensor };
