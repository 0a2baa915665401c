import { AdjointError, defineLayer, formatShape, rsqrt, variance } from '@adjoint/core';
import { boolean, documented, fraction, object, optional, positive } from '@adjoint/core/options';

/**
 * Normalises each channel (axis 1) over the batch and all other axes, then scales and shifts it. In evaluation it uses
 * running statistics: new = (1 − momentum)·old + momentum·batch, the variance unbiased.
 */
export const batchNorm = defineLayer({
  options: object({
    momentum: documented(optional(fraction, 0.1), 'Share of the new batch in the running statistics.'),
    epsilon: documented(optional(positive, 1e-5), 'Added to the variance.'),
    affine: documented(optional(boolean, true), 'Whether to learn a scale and a shift.'),
  }),
  formula: 'y = γ·(x − μ)/√(σ² + ε) + β',
  source: 'Ioffe & Szegedy 2015, algorithm 1',
  examples: [{ inputs: [[2, 3]] }],
  create: ({ momentum, epsilon, affine }, context) => ({
    build([input], scope) {
      const channels = input.shape[0] ?? 1;
      const spread = [channels, ...input.shape.slice(1).map(() => 1)];
      const axes = [0, ...input.shape.slice(1).map((_, d) => d + 2)];
      const ones = context.create('initializer', 'ones');
      const zeros = context.create('initializer', 'zeros');
      const scale = affine ? scope.parameter('gamma', [channels], { initialize: ones, role: 'scale' }) : undefined;
      const shift = affine ? scope.parameter('beta', [channels], { initialize: zeros, role: 'bias' }) : undefined;
      const runningMean = scope.state('mean', [channels], 0);
      const runningVariance = scope.state('variance', [channels], 1);
      return ([x], { training, value, update }) => {
        let [center, deviation] = [value(runningMean), value(runningVariance)];
        if (training) {
          const count = x.size / channels;
          if (count === 1)
            throw new AdjointError(
              'SHAPE_MISMATCH',
              `batchNorm: a batch of ${formatShape(x.shape)} has one value for each channel, which has no variance to train with; use a larger batchSize, or dropLast where only the last batch is this small.`,
            );
          const [old, oldVariance] = [center, deviation];
          center = x.mean(axes);
          deviation = variance(x, axes);
          update(runningMean, old.mul(1 - momentum).add(center.mul(momentum)));
          update(runningVariance, oldVariance.mul(1 - momentum).add(deviation.mul((momentum * count) / (count - 1))));
        }
        const normal = x.sub(center.reshape(spread)).mul(rsqrt(deviation.add(epsilon)).reshape(spread));
        return scale && shift ? normal.mul(value(scale).reshape(spread)).add(value(shift).reshape(spread)) : normal;
      };
    },
  }),
});
