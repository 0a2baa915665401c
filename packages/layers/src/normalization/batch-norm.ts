import { AdjointError, defineLayer, formatShape, rsqrt, variance, type Tensor } from '@adjoint/core';
import { anyOf, boolean, documented, fraction, object, oneOf, optional, positive } from '@adjoint/core/options';
import { affineOf } from './affine.js';

/**
 * Normalises each channel (axis 1) over the batch and all other axes, then scales and shifts it. In evaluation it uses
 * running statistics: new = (1 − momentum)·old + momentum·batch, the variance unbiased; or those of the batch, if none
 * are tracked.
 */
export const batchNorm = defineLayer({
  options: object({
    momentum: documented(
      optional(anyOf(fraction, oneOf('cumulative')), 0.1),
      "Share of the new batch in the running statistics; 'cumulative' keeps the plain mean over all batches.",
    ),
    epsilon: documented(optional(positive, 1e-5), 'Added to the variance.'),
    affine: documented(optional(boolean, true), 'Whether to learn a scale and a shift.'),
    track: documented(
      optional(boolean, true),
      'Whether running statistics are kept; without them evaluation, too, normalises by its own batch.',
    ),
  }),
  formula: 'y = γ·(x − μ)/√(σ² + ε) + β',
  source: 'Ioffe & Szegedy 2015, algorithm 1',
  examples: [{ inputs: [[2, 3]] }, { options: { momentum: 'cumulative', affine: false }, inputs: [[2, 3]] }],
  create: ({ momentum, epsilon, affine, track }, context) => ({
    build([input], scope) {
      const channels = input.shape[0] ?? 1;
      const spread = [channels, ...input.shape.slice(1).map(() => 1)];
      const axes = [0, ...input.shape.slice(1).map((_, d) => d + 2)];
      const scaled = affineOf(scope, context, [channels], { scale: affine, shift: affine });
      const running = track && {
        mean: scope.state('mean', [channels], 0),
        variance: scope.state('variance', [channels], 1),
        batches: momentum === 'cumulative' ? scope.state('batches', [], 0) : undefined,
      };
      return ([x], pass) => {
        const { training, value, update } = pass;
        const count = x.size / channels;
        if (training && count === 1) throw tooFew(x);
        const isOfBatch = training || !running;
        const center = isOfBatch ? x.mean(axes) : value(running.mean);
        const deviation = isOfBatch ? variance(x, axes) : value(running.variance);
        if (training && running) {
          const batches = running.batches && value(running.batches).add(1);
          if (running.batches && batches) update(running.batches, batches);
          const moved = (old: Tensor, batch: Tensor, times = 1, over = 1): Tensor =>
            batches
              ? old.add(
                  batch
                    .mul(times / over)
                    .sub(old)
                    .div(batches),
                )
              : old.mul(1 - Number(momentum)).add(batch.mul((Number(momentum) * times) / over));
          update(running.mean, moved(value(running.mean), center));
          update(running.variance, moved(value(running.variance), deviation, count, count - 1));
        }
        const normal = x.sub(center.reshape(spread)).mul(rsqrt(deviation.add(epsilon)).reshape(spread));
        return scaled(normal, spread, pass);
      };
    },
  }),
});

function tooFew(x: Tensor): AdjointError {
  return new AdjointError(
    'SHAPE_MISMATCH',
    `batchNorm: a batch of ${formatShape(x.shape)} has one value for each channel, which has no variance to train with; use a larger batchSize, or dropLast where only the last batch is this small.`,
  );
}
