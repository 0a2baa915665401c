import { AdjointError, defineSampler } from '@adjoint/core';
import { array, count, documented, object, optional, rate } from '@adjoint/core/options';

/**
 * Batches of examples with like lengths, so that little is padding. A random order is cut into pools of some batches, each
 * pool is sorted by length, and the batches come in a random order.
 */
export const bucketed = defineSampler({
  options: object({
    lengths: documented(array(rate), 'The length of each example of the dataset.'),
    pool: documented(
      optional(count, 20),
      'Batches that are sorted together: more are more alike, fewer are more random.',
    ),
  }),
  description: 'Every example once in an epoch, in batches of like lengths.',
  examples: [{ options: { lengths: [3, 5, 4] }, size: 3 }],
  create: ({ lengths, pool }) => ({
    batches(data, { batchSize, random }) {
      if (lengths.length !== data.size)
        throw new AdjointError(
          'OPTIONS_INVALID',
          `bucketed: there are ${lengths.length} lengths for ${data.size} examples; give one for each.`,
        );
      const order = random.permutation(data.size);
      const result: Int32Array[] = [];
      for (let start = 0; start < order.length; start += pool * batchSize) {
        const sorted = order
          .slice(start, start + pool * batchSize)
          .sort((a, b) => (lengths[a] ?? 0) - (lengths[b] ?? 0));
        for (let at = 0; at < sorted.length; at += batchSize) result.push(sorted.subarray(at, at + batchSize));
      }
      return Array.from(random.permutation(result.length), (i) => result[i] ?? new Int32Array());
    },
    batchesPerEpoch: (data, batchSize) => Math.ceil(data.size / batchSize),
  }),
});
