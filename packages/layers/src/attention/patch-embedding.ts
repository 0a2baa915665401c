import { AdjointError, defineLayer, formatShape } from '@adjoint/core';
import { boolean, choice, count, documented, object, optional } from '@adjoint/core/options';

/** Cuts an image [channels, …places] into square patches and embeds each: [patches, features], row by row. */
export const patchEmbedding = defineLayer({
  options: object({
    patch: documented(count, 'Extent of a patch along each spatial axis; it divides the image.'),
    features: documented(count, 'Length of the vector of a patch.'),
    bias: documented(optional(boolean, true), 'Whether to add a bias.'),
    initializer: documented(optional(choice('initializer'), 'fanInUniform'), 'How the projection starts.'),
  }),
  formula: 'y[p] = E·vec(patch p) + b',
  source: 'Dosovitskiy et al. 2021, equation 1',
  examples: [{ options: { patch: 2, features: 3 }, inputs: [[1, 4, 2]] }],
  create: ({ patch, features, bias, initializer }) => ({
    build([{ shape, dtype }], scope) {
      const [channels = 1, ...places] = shape;
      if (places.length === 0 || places.some((extent) => extent % patch !== 0)) {
        throw new AdjointError(
          'SHAPE_MISMATCH',
          `patchEmbedding: patches of ${patch} do not cover ${formatShape(shape)}; examples are [channels, …places], each a multiple of it.`,
        );
      }
      const counts = places.map((extent) => extent / patch);
      const patches = counts.reduce((product, extent) => product * extent, 1);
      const elements = channels * patch ** places.length;
      const project = scope.layer(
        { dense: { units: features, bias, initializer } },
        [{ shape: [patches, elements], dtype }],
        'projection',
      );
      // [batch, channels, n₁, patch, n₂, patch, …] → [batch, n₁, n₂, …, channels, patch, patch, …]
      const order = [0, ...places.map((_, d) => 2 + 2 * d), 1, ...places.map((_, d) => 3 + 2 * d)];
      return ([x], context) => {
        const batch = x.shape[0] ?? 1;
        const cut = x.reshape([batch, channels, ...counts.flatMap((extent) => [extent, patch])]).transpose(order);
        return project.run([cut.reshape([batch, patches, elements])], context)[0];
      };
    },
  }),
});
