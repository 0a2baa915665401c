import { AdjointError, defineLayer, formatShape, type Shape } from '@adjoint/core';
import { boolean, count, documented, object, optional, positive } from '@adjoint/core/options';
import { affineOf, standardized } from './affine.js';

const lastAxes = documented(optional(count, 1), 'How many of the last axes are normalised together.');

/** The last axes of an example, as negative positions. */
function trailing(name: string, shape: Shape, axes: number): { axes: number[]; extents: Shape } {
  if (axes > shape.length)
    throw new AdjointError(
      'SHAPE_MISMATCH',
      `${name}: normalises the last ${axes} axes, but an example ${formatShape(shape)} has ${shape.length}.`,
    );
  return { axes: Array.from({ length: axes }, (_, i) => i - axes), extents: shape.slice(shape.length - axes) };
}

/** Normalises the last axes of each example on its own, then scales and shifts each element of them. */
export const layerNorm = defineLayer({
  options: object({
    axes: lastAxes,
    epsilon: documented(optional(positive, 1e-5), 'Added to the variance.'),
    affine: documented(optional(boolean, true), 'Whether to learn a scale and a shift for each element.'),
    bias: documented(optional(boolean, true), 'Whether the shift is among them.'),
  }),
  formula: 'y = γ·(x − μ)/√(σ² + ε) + β, over the last axes',
  source: 'Ba et al. 2016, equation 4',
  examples: [{ inputs: [[3, 4]] }, { options: { axes: 2, bias: false }, inputs: [[2, 3]] }],
  create: ({ axes: number, epsilon, affine, bias }, create) => ({
    build([{ shape }], scope) {
      const { axes, extents } = trailing('layerNorm', shape, number);
      const apply = affineOf(scope, create, extents, { scale: affine, shift: affine && bias });
      return ([x], context) => apply(standardized(x, axes, epsilon), extents, context);
    },
  }),
});

/** Divides by the root mean square over the last axes, then scales each element of them. */
export const rmsNorm = defineLayer({
  options: object({
    axes: lastAxes,
    epsilon: documented(optional(positive, 1e-6), 'Added to the mean square.'),
    affine: documented(optional(boolean, true), 'Whether to learn a scale for each element.'),
  }),
  formula: 'y = γ·x/√(mean x² + ε), over the last axes',
  source: 'Zhang & Sennrich 2019, equation 4',
  examples: [{ inputs: [[3, 4]] }],
  create: ({ axes: number, epsilon, affine }, create) => ({
    build([{ shape }], scope) {
      const { axes, extents } = trailing('rmsNorm', shape, number);
      const apply = affineOf(scope, create, extents, { scale: affine, shift: false });
      return ([x], context) => {
        const size = x.square().mean(axes, true).add(epsilon);
        return apply(x.mul(size.rsqrt()), extents, context);
      };
    },
  }),
});
