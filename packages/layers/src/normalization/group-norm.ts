import { AdjointError, defineLayer, formatShape, sizeOf, type CreateContext, type Layer } from '@adjoint/core';
import { boolean, count, documented, object, optional, positive } from '@adjoint/core/options';
import { affineOf, standardized } from './affine.js';

const epsilon = documented(optional(positive, 1e-5), 'Added to the variance.');

/** Normalises each of some groups of channels over its channels and all places, then scales and shifts each channel. */
export const groupNorm = defineLayer({
  options: object({
    groups: documented(count, 'Number of groups; it divides the channels.'),
    epsilon,
    affine: documented(optional(boolean, true), 'Whether to learn a scale and a shift for each channel.'),
  }),
  formula: 'y = γ·(x − μ)/√(σ² + ε) + β, over the channels of a group and all places',
  source: 'Wu & He 2018, equations 1 and 7',
  examples: [{ options: { groups: 2 }, inputs: [[4, 3]] }],
  create: ({ groups, ...options }, context) => normalizeGroups('groupNorm', () => groups, options, context),
});

/** Normalises each channel of each example over all places. */
export const instanceNorm = defineLayer({
  options: object({
    epsilon,
    affine: documented(optional(boolean, false), 'Whether to learn a scale and a shift for each channel.'),
  }),
  formula: 'y = γ·(x − μ)/√(σ² + ε) + β, over all places of a channel',
  source: 'Ulyanov et al. 2016, equation 2',
  examples: [{ inputs: [[2, 3]] }, { options: { affine: true }, inputs: [[2, 2, 2]] }],
  create: (options, context) => normalizeGroups('instanceNorm', (channels) => channels, options, context),
});

function normalizeGroups(
  name: string,
  groupsOf: (channels: number) => number,
  options: { readonly epsilon: number; readonly affine: boolean },
  create: CreateContext,
): Layer {
  return {
    build([{ shape }], scope) {
      const [channels = 0, ...places] = shape;
      const groups = groupsOf(channels);
      if (shape.length === 0 || channels % groups !== 0) {
        throw new AdjointError(
          'SHAPE_MISMATCH',
          `${name}: ${groups} groups do not divide ${channels} channels of ${formatShape(shape)}; examples are [channels, …places].`,
        );
      }
      if ((channels / groups) * sizeOf(places) === 1) {
        throw new AdjointError(
          'SHAPE_MISMATCH',
          `${name}: has one value in each of ${groups} groups of ${formatShape(shape)}, which would become 0; use fewer groups, or layerNorm.`,
        );
      }
      const apply = affineOf(scope, create, [channels], { scale: options.affine, shift: options.affine });
      const spread = [channels, ...places.map(() => 1)];
      return ([x], context) => {
        const grouped = x.reshape([x.shape[0] ?? 1, groups, -1]);
        return apply(standardized(grouped, [2], options.epsilon).reshape(x.shape), spread, context);
      };
    },
  };
}
