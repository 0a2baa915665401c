import { AdjointError, defineSampler } from '@adjoint/core';
import { array, documented, object, rate } from '@adjoint/core/options';

/** Examples drawn with replacement, each with a chance in proportion to its weight. */
export const weighted = defineSampler({
  options: object({ weights: documented(array(rate), 'A weight for each example of the dataset.') }),
  formula: 'P(i) = wᵢ/Σ w',
  examples: [{ options: { weights: [1, 2, 1] }, size: 3 }],
  create: ({ weights }) => {
    let sum = 0;
    const sums = Float64Array.from(weights, (weight) => (sum += weight));
    return {
      batches(data, { batchSize, random }) {
        if (sums.length !== data.size || sum === 0)
          throw new AdjointError(
            'OPTIONS_INVALID',
            `weighted: there are ${sums.length} weights for ${data.size} examples, with the sum ${sum}; give one for each, not all 0.`,
          );
        const whole = Int32Array.from({ length: data.size }, () => placeOf(sums, random.uniform() * sum));
        return Array.from({ length: Math.ceil(data.size / batchSize) }, (_, i) =>
          whole.subarray(i * batchSize, (i + 1) * batchSize),
        );
      },
      batchesPerEpoch: (data, batchSize) => Math.ceil(data.size / batchSize),
    };
  },
});

/** The first place whose running sum is above a value, by halving. */
function placeOf(sums: Float64Array, value: number): number {
  let [low, high] = [0, sums.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sums[middle] ?? 0) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
