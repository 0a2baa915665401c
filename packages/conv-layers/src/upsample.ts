import { AdjointError, defineLayer, perDimension, resize } from '@adjoint/core';
import { anyOf, array, boolean, documented, object, oneOf, optional, positive } from '@adjoint/core/options';
import { channelsAndSpace, extents } from './spatial.js';

/** The modes of `resize`, and the names that they have over some number of dimensions. */
const modes = {
  nearest: { mode: 'nearest', dims: undefined },
  linear: { mode: 'linear', dims: undefined },
  bilinear: { mode: 'linear', dims: 2 },
  trilinear: { mode: 'linear', dims: 3 },
  cubic: { mode: 'cubic', dims: undefined },
  bicubic: { mode: 'cubic', dims: 2 },
} as const;

/** Resamples its input to other spatial extents. */
export const upsample = defineLayer({
  options: object({
    scale: documented(
      optional(anyOf(positive, array(positive))),
      'Factor of the spatial extents, which become ⌊a·scale⌋; this or `size`.',
    ),
    size: documented(optional(extents), 'Spatial extents of the output; this or `scale`.'),
    mode: documented(
      optional(oneOf('nearest', 'linear', 'bilinear', 'trilinear', 'cubic', 'bicubic'), 'nearest'),
      'What stands between elements; `linear` and `cubic` take any number of dimensions.',
    ),
    alignCorners: documented(
      optional(boolean, false),
      'Whether the outermost elements keep their places, or else the outer edges do; not for `nearest`.',
    ),
  }),
  formula:
    'y[i] = x at i·(a − 1)/(o − 1) with alignCorners, at (i + ½)·a/o − ½ without, ⌊i·a/o⌋ for nearest, along each axis',
  source: 'Keys 1981, "Cubic convolution interpolation for digital image processing", equation 4, with a = −¾',
  description: 'Resamples all spatial dimensions to other extents. What becomes smaller is not smoothed first.',
  examples: [
    { options: { scale: 2 }, inputs: [[1, 2, 2]] },
    { options: { size: [3, 5], mode: 'bilinear' }, inputs: [[1, 2, 3]] },
    { options: { size: 5, mode: 'cubic', alignCorners: true }, inputs: [[2, 3]] },
  ],
  create({ scale, size, mode: name, alignCorners }) {
    const { mode, dims } = modes[name];
    if ((scale === undefined) === (size === undefined))
      throw new AdjointError('OPTIONS_INVALID', "upsample: give either 'scale' or 'size'.");
    if (alignCorners && mode === 'nearest')
      throw new AdjointError(
        'OPTIONS_INVALID',
        "upsample: mode 'nearest' has no corners to align; leave alignCorners out.",
      );
    return {
      build([input]) {
        const [, space] = channelsAndSpace('upsample', input.shape, undefined);
        if (dims !== undefined && space.length !== dims)
          throw new AdjointError(
            'OPTIONS_INVALID',
            `upsample: mode '${name}' is for ${dims} spatial dimensions, and there are ${space.length}; use '${mode}'.`,
          );
        const factors = scale === undefined ? undefined : perDimension(scale, space.length, 'upsample: scale');
        return ([x]) => {
          const scaled = factors?.map((factor, d) => Math.floor((x.shape[d + 2] ?? 0) * factor));
          return resize(x, scaled ?? size ?? 1, { mode, alignCorners });
        };
      },
    };
  },
});
