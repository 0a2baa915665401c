import { metric, type Expectation, type Metric, type Scored, type Tensor } from '@adjoint/core';

/** A metric that is the weighted mean of one value for each example, or for each place of it that is not ignored. */
export function meanMetric(
  expects: Expectation,
  values: (batch: Scored) => Tensor,
  finish = (mean: number): number => mean,
): Metric {
  return metric({
    ...expects,
    measure(batch) {
      const each = values(batch);
      const ofPlaces = placeWeights(batch.weights, each);
      const counted = expects.ignoredClass === undefined ? undefined : batch.target.notEqual(expects.ignoredClass);
      const isCounted = counted?.cast('float32');
      const weights = ofPlaces && isCounted ? ofPlaces.mul(isCounted) : (ofPlaces ?? isCounted);
      return weights ? { sum: each.mul(weights).sum(), count: weights.sum() } : { sum: each.sum(), count: each.size };
    },
    finish: ({ sum, count }) => finish(sum.data[0]! / count.data[0]!),
  });
}

/** Weights of examples [batch] for each of their places [batch, …places]. */
export function placeWeights(weights: Tensor | undefined, { shape, dtype }: Tensor): Tensor | undefined {
  return weights
    ?.cast(dtype === 'float64' ? dtype : 'float32')
    .reshape([...weights.shape, ...shape.slice(1).map(() => 1)])
    .broadcastTo(shape);
}
