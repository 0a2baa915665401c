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
      const weights = placeWeights(batch, each, expects.ignoredClass);
      return weights ? { sum: each.mul(weights).sum(), count: weights.sum() } : { sum: each.sum(), count: each.size };
    },
    finish: ({ sum, count }) => finish(sum.data[0]! / count.data[0]!),
  });
}

/**
 * How much each place counts, in the shape of `like` [batch, …places] and a float dtype: as its example does, or not at
 * all where its class is ignored. Undefined where all count alike.
 */
export function placeWeights(
  { weights, target }: Scored,
  { shape, dtype }: Tensor,
  ignoredClass?: number,
): Tensor | undefined {
  const float = dtype === 'float64' ? dtype : 'float32';
  const ofExamples = weights
    ?.cast(float)
    .reshape([...weights.shape, ...shape.slice(1).map(() => 1)])
    .broadcastTo(shape);
  if (ignoredClass === undefined || target.dtype !== 'int32') return ofExamples;
  const counted = target.notEqual(ignoredClass).cast(float);
  return ofExamples ? ofExamples.mul(counted) : counted;
}
