import { convolve, defineLayer, type Shape } from '@adjoint/core';
import { count, documented, object, optional } from '@adjoint/core/options';
import { biasPerFilter, convolutionOptions, tapsOf } from './kernel.js';
import { channelsAndSpace, dimensionsText, type Dimensions } from './spatial.js';

const multiplier = documented(optional(count, 1), 'Filters of each channel.');

/** A convolution of each channel by itself. */
function depthwiseLayer(name: string, dimensions: Dimensions, example: Shape) {
  return defineLayer({
    options: object({ multiplier, ...convolutionOptions }),
    formula:
      'y[c·multiplier + m, o] = b[c·multiplier + m] + Σ_j w[c·multiplier + m, j]·x[c, o·stride + j·dilation − before]',
    source: 'Chollet 2017, arXiv:1610.02357',
    description: `Convolution of each channel by itself over ${dimensionsText(dimensions)}.`,
    examples: [{ options: { kernel: 2, multiplier: 2 }, inputs: [example] }],
    create({ multiplier: times, kernel, bias, initializer, ...sliding }, { create }) {
      const initialize = create('initializer', initializer);
      return {
        build([input], scope) {
          const [channels, space] = channelsAndSpace(name, input.shape, dimensions);
          const { taps, area } = tapsOf(name, kernel, space.length, sliding);
          const filters = channels * times;
          const start = { initialize, fanIn: area, fanOut: times * area };
          const weight = scope.parameter('weight', [filters, 1, ...taps], { ...start, role: 'kernel' });
          const addBias = biasPerFilter(scope, bias, filters, start);
          return ([x], context) =>
            addBias(convolve(x, context.value(weight), { ...sliding, groups: channels }), context);
        },
      };
    },
  });
}

/** A depthwise convolution, then one of extent 1 over all channels. */
function separableLayer(name: string, dimensions: Dimensions, example: Shape) {
  return defineLayer({
    options: object({
      filters: documented(count, 'Number of output channels.'),
      multiplier,
      ...convolutionOptions,
    }),
    formula: 'y[f, o] = b[f] + Σ_m v[f, m]·Σ_j w[m, j]·x[⌊m/multiplier⌋, o·stride + j·dilation − before]',
    source: 'Chollet 2017, arXiv:1610.02357',
    description: `Depthwise convolution over ${dimensionsText(dimensions)}, then one of extent 1 over all channels.`,
    examples: [{ options: { filters: 2, kernel: 2 }, inputs: [example] }],
    create({ filters, multiplier: times, kernel, bias, initializer, ...sliding }, { create }) {
      const initialize = create('initializer', initializer);
      return {
        build([input], scope) {
          const [channels, space] = channelsAndSpace(name, input.shape, dimensions);
          const { taps, area } = tapsOf(name, kernel, space.length, sliding);
          const inner = channels * times;
          const depthwise = scope.parameter('depthwise', [inner, 1, ...taps], {
            initialize,
            role: 'kernel',
            fanIn: area,
            fanOut: times * area,
          });
          const start = { initialize, fanIn: inner, fanOut: filters };
          const shape = [filters, inner, ...taps.map(() => 1)];
          const pointwise = scope.parameter('pointwise', shape, { ...start, role: 'kernel' });
          const addBias = biasPerFilter(scope, bias, filters, start);
          return ([x], context) => {
            const spread = convolve(x, context.value(depthwise), { ...sliding, groups: channels });
            return addBias(convolve(spread, context.value(pointwise)), context);
          };
        },
      };
    },
  });
}

export const depthwiseConv = depthwiseLayer('depthwiseConv', undefined, [2, 4]);
export const depthwiseConv1d = depthwiseLayer('depthwiseConv1d', 1, [2, 4]);
export const depthwiseConv2d = depthwiseLayer('depthwiseConv2d', 2, [2, 3, 3]);
export const depthwiseConv3d = depthwiseLayer('depthwiseConv3d', 3, [1, 2, 2, 3]);
export const separableConv = separableLayer('separableConv', undefined, [2, 4]);
export const separableConv1d = separableLayer('separableConv1d', 1, [2, 4]);
export const separableConv2d = separableLayer('separableConv2d', 2, [2, 3, 3]);
export const separableConv3d = separableLayer('separableConv3d', 3, [1, 2, 2, 3]);
