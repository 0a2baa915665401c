import { averagePool as averageOf, defineLayer, lpPool as lpOf, maxPool as maximumOf, type Shape } from '@adjoint/core';
import { boolean, documented, object, optional, positive } from '@adjoint/core/options';
import { windowArgMax, windowOver } from '@adjoint/core/primitives';
import { channelsAndSpace, dimensionsText, poolingOptions, type Dimensions } from './spatial.js';

const ceilMode = documented(
  optional(boolean, false),
  'Whether the number of windows is rounded up: a last one may reach beyond the padding, if it starts before it.',
);

function maxPoolLayer(name: string, dimensions: Dimensions, example: Shape) {
  return defineLayer({
    options: object({
      ...poolingOptions,
      ceilMode,
      indices: documented(
        optional(boolean, false),
        'Whether a second output tells where each maximum is within the spatial axes, as int32: what `maxUnpool` takes.',
      ),
    }),
    formula: 'y[o] = max over j of x[o·stride + j·dilation − before]; padding counts as −∞',
    source: 'Ranzato et al. 2007, "Unsupervised learning of invariant feature hierarchies", section 2',
    description: `The largest element of windows over ${dimensionsText(dimensions)}.`,
    examples: [
      { options: { size: 2 }, inputs: [example] },
      { options: { size: 2, stride: 3, ceilMode: true, indices: true }, inputs: [example] },
    ],
    create: ({ indices, ...options }) => ({
      build([input]) {
        channelsAndSpace(name, input.shape, dimensions);
        return ([x]) => {
          const largest = maximumOf(x, options);
          return indices ? [largest, windowArgMax(x, windowOver(name, x, options).window)] : largest;
        };
      },
    }),
  });
}

function averagePoolLayer(name: string, dimensions: Dimensions, example: Shape) {
  return defineLayer({
    options: object({
      ...poolingOptions,
      ceilMode,
      countPadding: documented(optional(boolean, true), 'Whether padding counts as elements of value 0.'),
    }),
    formula: 'y[o] = mean over j of x[o·stride + j·dilation − before]',
    source: 'LeCun et al. 1998, "Gradient-based learning applied to document recognition", section II.A',
    description: `The mean of windows over ${dimensionsText(dimensions)}.`,
    examples: [
      { options: { size: 2 }, inputs: [example] },
      { options: { size: 3, stride: 2, padding: 'same', countPadding: false }, inputs: [example] },
    ],
    create: (options) => ({
      build([input]) {
        channelsAndSpace(name, input.shape, dimensions);
        return ([x]) => averageOf(x, options);
      },
    }),
  });
}

function lpPoolLayer(name: string, dimensions: Dimensions, example: Shape) {
  return defineLayer({
    options: object({
      ...poolingOptions,
      ceilMode,
      p: documented(
        optional(positive, 2),
        'The exponent: 1 is a sum, a large one nearly the maximum. One that is no even number wants elements ≥ 0.',
      ),
    }),
    formula: 'y[o] = (Σ_j x[o·stride + j·dilation − before]ᵖ)^(1/p)',
    source: 'Sermanet, Chintala & LeCun 2012, arXiv:1204.3968, section 2.2',
    description: `The Lᵖ norm of windows over ${dimensionsText(dimensions)}.`,
    examples: [{ options: { size: 2 }, inputs: [example] }],
    create: ({ p, ...options }) => ({
      build([input]) {
        channelsAndSpace(name, input.shape, dimensions);
        return ([x]) => lpOf(x, p, options);
      },
    }),
  });
}

export const maxPool = maxPoolLayer('maxPool', undefined, [1, 5]);
export const maxPool1d = maxPoolLayer('maxPool1d', 1, [2, 5]);
export const maxPool2d = maxPoolLayer('maxPool2d', 2, [2, 4, 4]);
export const maxPool3d = maxPoolLayer('maxPool3d', 3, [1, 2, 2, 4]);
export const averagePool = averagePoolLayer('averagePool', undefined, [1, 5]);
export const averagePool1d = averagePoolLayer('averagePool1d', 1, [2, 5]);
export const averagePool2d = averagePoolLayer('averagePool2d', 2, [2, 4, 4]);
export const averagePool3d = averagePoolLayer('averagePool3d', 3, [1, 2, 2, 4]);
export const lpPool = lpPoolLayer('lpPool', undefined, [1, 5]);
export const lpPool1d = lpPoolLayer('lpPool1d', 1, [2, 5]);
export const lpPool2d = lpPoolLayer('lpPool2d', 2, [2, 4, 4]);
export const lpPool3d = lpPoolLayer('lpPool3d', 3, [1, 2, 2, 4]);
