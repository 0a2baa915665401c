import { AdjointError, defineLayer, formatShape, padWith } from '@adjoint/core';
import { array, documented, integer, number, object, oneOf, optional, tuple } from '@adjoint/core/options';

/** Elements around an example, or cut off from it. */
export const pad = defineLayer({
  options: object({
    padding: documented(
      array(tuple(integer, integer)),
      '[before, after] for each axis of an example, the batch left out; negative numbers crop.',
    ),
    mode: documented(
      optional(oneOf('constant', 'reflect', 'replicate', 'circular'), 'constant'),
      'What stands in the padding: `value`, the mirrored input without its edge, its edge, or its other end.',
    ),
    value: documented(optional(number, 0), 'What stands there in the mode `constant`.'),
  }),
  formula: 'y[i] = x[i − before], and by the mode where x has no such element',
  description: 'Pads or crops the axes of an example.',
  examples: [
    { options: { padding: [[1, 2]], value: 3 }, inputs: [[2]] },
    {
      options: {
        padding: [
          [-1, 0],
          [1, 1],
        ],
        mode: 'reflect',
      },
      inputs: [[2, 3]],
    },
  ],
  create: ({ padding, mode, value }) => ({
    build([{ shape }]) {
      if (padding.length !== shape.length)
        throw new AdjointError(
          'OPTIONS_INVALID',
          `pad: the padding is for ${padding.length} axes, and an example ${formatShape(shape)} has ${shape.length}; give [before, after] for each.`,
        );
      return ([x]) => padWith(x, [[0, 0], ...padding], mode, value);
    },
  }),
});
