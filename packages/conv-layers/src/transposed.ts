import { convolveTransposed, defineLayer, perDimension, type Example, type OptionsOf } from '@adjoint/core';
import { anyOf, array, boolean, choice, count, documented, natural, object, optional } from '@adjoint/core/options';
import { biasPerFilter, checkGroups, tapsOf } from './kernel.js';
import { channelsAndSpace, dimensionsText, extents, padding, type Dimensions } from './spatial.js';

const rest = natural;

const options = object({
  filters: documented(count, 'Number of output channels.'),
  kernel: documented(extents, 'Extent of the kernel.'),
  stride: documented(optional(extents, 1), 'Distance between inputs in the output.'),
  padding: documented(
    optional(padding, 'valid'),
    "What the convolution pads and its transpose cuts off: 'valid' (nothing), 'same' (a·stride outputs), 'causal', one number, or a number or [before, after] per dimension.",
  ),
  outputPadding: documented(
    optional(anyOf(rest, array(rest)), 0),
    'Outputs more at the end, which the convolution would leave over; less than stride or dilation.',
  ),
  dilation: documented(optional(extents, 1), 'Distance between taps of the kernel.'),
  groups: documented(
    optional(count, 1),
    'Groups of channels that do not see each other; divides channels and filters.',
  ),
  bias: documented(optional(boolean, true), 'Whether to add a bias per filter.'),
  initializer: documented(
    optional(choice('initializer'), 'fanInUniform'),
    'How the kernel starts; a bias starts likewise.',
  ),
});

type TransposedExample = Example<'layer', OptionsOf<{ options: typeof options }>>;

/** The adjoint of a convolution as a layer. */
function transposedLayer(name: string, dimensions: Dimensions, example: TransposedExample) {
  return defineLayer({
    options,
    formula:
      'y[f, i·stride + j·dilation − before] += w[c, f, j]·x[c, i], from b[f]; outputs (a − 1)·stride − padding + dilation·(kernel − 1) + 1 + outputPadding',
    source: 'Dumoulin & Visin 2016, arXiv:1603.07285, section 4',
    description: `Transposed convolution over ${dimensionsText(dimensions)}.`,
    examples: [example],
    create({ filters, kernel, bias, initializer, groups, ...sliding }, { create }) {
      const initialize = create('initializer', initializer);
      return {
        build([input], scope) {
          const [channels, space] = channelsAndSpace(name, input.shape, dimensions);
          const { taps, area } = tapsOf(name, kernel, space.length);
          checkGroups(name, groups, channels, filters);
          // Of the taps, an output meets one in each stride.
          const met = perDimension(sliding.stride, space.length, `${name}: stride`).reduce((left, s) => left / s, area);
          const start = {
            initialize,
            fanIn: (channels / groups) * Math.max(1, met),
            fanOut: (filters / groups) * area,
          };
          const weight = scope.parameter('weight', [channels, filters / groups, ...taps], { ...start, role: 'kernel' });
          const addBias = biasPerFilter(scope, bias, filters, start);
          return ([x], context) =>
            addBias(convolveTransposed(x, context.value(weight), { ...sliding, groups }), context);
        },
      };
    },
  });
}

export const convTranspose = transposedLayer('convTranspose', undefined, {
  options: { filters: 2, kernel: 2, stride: 2 },
  inputs: [[1, 3]],
});
export const convTranspose1d = transposedLayer('convTranspose1d', 1, {
  options: { filters: 2, kernel: 3, stride: 2, padding: 1, outputPadding: 1 },
  inputs: [[2, 3]],
});
export const convTranspose2d = transposedLayer('convTranspose2d', 2, {
  options: { filters: 2, kernel: 3, stride: 2, padding: 'same', groups: 2 },
  inputs: [[2, 2, 2]],
});
export const convTranspose3d = transposedLayer('convTranspose3d', 3, {
  options: { filters: 1, kernel: 2, dilation: 2 },
  inputs: [[1, 1, 2, 2]],
});
