import { AdjointError, convolve, defineLayer, perDimension, type Example, type OptionsOf } from '@adjoint/core';
import { anyOf, boolean, choice, count, documented, object, oneOf, optional } from '@adjoint/core/options';
import { channelsAndSpace, extents, sides } from './spatial.js';

const options = object({
  filters: documented(count, 'Number of output channels.'),
  kernel: documented(extents, 'Extent of the kernel.'),
  stride: documented(optional(extents, 1), 'Step between outputs.'),
  padding: documented(
    optional(anyOf(oneOf('valid', 'same'), sides), 'valid'),
    "'valid', 'same', one number, or [before, after] per dimension; negative numbers crop.",
  ),
  dilation: documented(optional(extents, 1), 'Distance between taps of the kernel.'),
  groups: documented(optional(count, 1), 'Groups of channels that do not see each other.'),
  paddingMode: documented(
    optional(oneOf('zeros', 'reflect', 'replicate', 'circular'), 'zeros'),
    'What stands in the padding.',
  ),
  bias: documented(optional(boolean, true), 'Whether to add a bias per filter.'),
  initializer: documented(
    optional(choice('initializer'), 'fanInUniform'),
    'How the kernel starts; a bias starts likewise.',
  ),
});

type ConvolutionExample = Example<'layer', OptionsOf<{ options: typeof options }>>;

/** A convolution layer for `dimensions` spatial dimensions, or for as many as the input has. */
function convolutionLayer(name: string, dimensions: 1 | 2 | 3 | undefined, example: ConvolutionExample) {
  return defineLayer({
    options,
    formula: 'y[f, o] = b[f] + Σ_c Σ_j w[f, c, j]·x[c, o·stride + j·dilation − before]',
    source: 'Dumoulin & Visin 2016, arXiv:1603.07285',
    description: `Convolution (cross-correlation) over ${dimensions ?? 'all'} spatial dimension${dimensions === 1 ? '' : 's'}.`,
    examples: [example],
    create({ filters, kernel, bias, initializer, groups, ...window }, context) {
      const initialize = context.create('initializer', initializer);
      return {
        build([input], scope) {
          const [channels, space] = channelsAndSpace(name, input.shape, dimensions);
          const taps = perDimension(kernel, space.length, `${name}: kernel`);
          if (channels % groups !== 0 || filters % groups !== 0) {
            throw new AdjointError(
              'OPTIONS_INVALID',
              `${name}: groups ${groups} must divide the ${channels} channels of the input and the ${filters} filters.`,
            );
          }
          const area = taps.reduce((product, extent) => product * extent, 1);
          const fans = { fanIn: (channels / groups) * area, fanOut: (filters / groups) * area };
          const weight = scope.parameter('weight', [filters, channels / groups, ...taps], {
            initialize,
            role: 'kernel',
            ...fans,
          });
          const offset = bias ? scope.parameter('bias', [filters], { initialize, role: 'bias', ...fans }) : undefined;
          return ([x], { value }) => {
            const y = convolve(x, value(weight), { ...window, groups });
            return offset ? y.add(value(offset).reshape([filters, ...taps.map(() => 1)])) : y;
          };
        },
      };
    },
  });
}

export const conv = convolutionLayer('conv', undefined, {
  options: { filters: 2, kernel: [2, 3] },
  inputs: [[1, 3, 4]],
});
export const conv1d = convolutionLayer('conv1d', 1, {
  options: { filters: 2, kernel: 3, stride: 2, padding: 'same' },
  inputs: [[2, 6]],
});
export const conv2d = convolutionLayer('conv2d', 2, {
  options: { filters: 2, kernel: 2, groups: 2 },
  inputs: [[2, 3, 3]],
});
export const conv3d = convolutionLayer('conv3d', 3, {
  options: { filters: 1, kernel: 2 },
  inputs: [[1, 2, 2, 3]],
});
