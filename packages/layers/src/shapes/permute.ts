import { AdjointError, defineLayer, formatShape } from '@adjoint/core';
import { array, count, documented, object } from '@adjoint/core/options';

/** The axes of an example in another order; the batch stays in front. */
export const permute = defineLayer({
  options: object({
    axes: documented(array(count), 'The axes in their new order, 1 being the first of an example.'),
  }),
  description: 'The axes of an example in another order.',
  examples: [{ options: { axes: [2, 1] }, inputs: [[2, 3]] }],
  create: ({ axes }) => ({
    build([{ shape }]) {
      const sorted = axes.toSorted((a, b) => a - b);
      if (axes.length !== shape.length || sorted.some((axis, i) => axis !== i + 1)) {
        throw new AdjointError(
          'SHAPE_MISMATCH',
          `permute: the axes are [${axes.join(', ')}], but an example is ${formatShape(shape)}; name each of 1 to ${shape.length} once.`,
        );
      }
      return ([x]) => x.transpose([0, ...axes]);
    },
  }),
});
