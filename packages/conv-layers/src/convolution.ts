import { convolve, defineLayer, type Example, type OptionsOf } from '@adjoint/core';
import { count, documented, object, optional } from '@adjoint/core/options';
import { biasPerFilter, checkGroups, convolutionOptions, tapsOf } from './kernel.js';
import { channelsAndSpace, dimensionsText, type Dimensions } from './spatial.js';

const options = object({
  filters: documented(count, 'Number of output channels.'),
  ...convolutionOptions,
  groups: documented(
    optional(count, 1),
    'Groups of channels that do not see each other; divides channels and filters.',
  ),
});

type ConvolutionExample = Example<'layer', OptionsOf<{ options: typeof options }>>;

/** A convolution layer for `dimensions` spatial dimensions, or for as many as the input has. */
function convolutionLayer(name: string, dimensions: Dimensions, ...examples: ConvolutionExample[]) {
  return defineLayer({
    options,
    formula: 'y[f, o] = b[f] + Σ_c Σ_j w[f, c, j]·x[c, o·stride + j·dilation − before]',
    source: 'Dumoulin & Visin 2016, arXiv:1603.07285',
    description: `Convolution (cross-correlation) over ${dimensionsText(dimensions)}.`,
    examples,
    create({ filters, kernel, bias, initializer, groups, ...sliding }, { create }) {
      const initialize = create('initializer', initializer);
      return {
        build([input], scope) {
          const [channels, space] = channelsAndSpace(name, input.shape, dimensions);
          const { taps, area } = tapsOf(name, kernel, space.length, sliding);
          checkGroups(name, groups, channels, filters);
          const start = { initialize, fanIn: (channels / groups) * area, fanOut: (filters / groups) * area };
          const weight = scope.parameter('weight', [filters, channels / groups, ...taps], { ...start, role: 'kernel' });
          const addBias = biasPerFilter(scope, bias, filters, start);
          return ([x], context) => addBias(convolve(x, context.value(weight), { ...sliding, groups }), context);
        },
      };
    },
  });
}

export const conv = convolutionLayer(
  'conv',
  undefined,
  { options: { filters: 2, kernel: [2, 3] }, inputs: [[1, 3, 4]] },
  { options: { filters: 1, kernel: 3, padding: 'same', paddingMode: 'reflect', flipKernel: true }, inputs: [[2, 4]] },
);
export const conv1d = convolutionLayer(
  'conv1d',
  1,
  { options: { filters: 2, kernel: 3, stride: 2, padding: 'same' }, inputs: [[2, 6]] },
  { options: { filters: 2, kernel: 2, padding: 'causal', dilation: 2 }, inputs: [[1, 5]] },
);
export const conv2d = convolutionLayer('conv2d', 2, {
  options: { filters: 2, kernel: 2, groups: 2 },
  inputs: [[2, 3, 3]],
});
export const conv3d = convolutionLayer('conv3d', 3, {
  options: { filters: 1, kernel: 2 },
  inputs: [[1, 2, 2, 3]],
});
