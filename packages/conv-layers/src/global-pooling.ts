import { adaptivePool, defineLayer, max, mean, type Shape } from '@adjoint/core';
import { boolean, documented, object, optional } from '@adjoint/core/options';
import { channelsAndSpace, dimensionsText, extents, type Dimensions } from './spatial.js';

/** One window over all that is there. */
function globalLayer(name: string, what: string, reduce: typeof mean, formula: string) {
  return defineLayer({
    options: object({
      keepDims: documented(optional(boolean, false), 'Whether the spatial axes stay, with extent 1.'),
    }),
    formula,
    source: 'Lin, Chen & Yan 2014, arXiv:1312.4400, section 3.2',
    description: `${what} of each channel over all spatial dimensions, of any extent.`,
    examples: [{ inputs: [[2, 3, 2]] }, { options: { keepDims: true }, inputs: [[2, 4]] }],
    create: ({ keepDims }) => ({
      build([input]) {
        const [, space] = channelsAndSpace(name, input.shape, undefined);
        const axes = space.map((_, d) => d + 2);
        return ([x]) => reduce(x, axes, keepDims);
      },
    }),
  });
}

/** As many windows as are asked for, whatever the extents of the input. */
function adaptiveLayer(name: string, kind: 'average' | 'max', dimensions: Dimensions, example: Shape) {
  return defineLayer({
    options: object({ size: documented(extents, 'Number of windows, whatever the extent of the input.') }),
    formula: `y[i] = ${kind === 'max' ? 'max' : 'mean'} of x[⌊i·a/size⌋ … ⌈(i + 1)·a/size⌉ − 1]`,
    source: 'He et al. 2014, arXiv:1406.4729, section 2.2',
    description: `The ${kind === 'max' ? 'largest element' : 'mean'} of as many windows as asked for over ${dimensionsText(dimensions)}.`,
    examples: [{ options: { size: 2 }, inputs: [example] }],
    create: ({ size }) => ({
      build([input]) {
        channelsAndSpace(name, input.shape, dimensions);
        return ([x]) => adaptivePool(x, size, kind);
      },
    }),
  });
}

export const globalAveragePool = globalLayer('globalAveragePool', 'The mean', mean, 'y[c] = mean over o of x[c, o]');
export const globalMaxPool = globalLayer('globalMaxPool', 'The largest element', max, 'y[c] = max over o of x[c, o]');
export const adaptiveAveragePool = adaptiveLayer('adaptiveAveragePool', 'average', undefined, [2, 5]);
export const adaptiveAveragePool1d = adaptiveLayer('adaptiveAveragePool1d', 'average', 1, [2, 5]);
export const adaptiveAveragePool2d = adaptiveLayer('adaptiveAveragePool2d', 'average', 2, [1, 3, 4]);
export const adaptiveAveragePool3d = adaptiveLayer('adaptiveAveragePool3d', 'average', 3, [1, 2, 3, 3]);
export const adaptiveMaxPool = adaptiveLayer('adaptiveMaxPool', 'max', undefined, [2, 5]);
export const adaptiveMaxPool1d = adaptiveLayer('adaptiveMaxPool1d', 'max', 1, [2, 5]);
export const adaptiveMaxPool2d = adaptiveLayer('adaptiveMaxPool2d', 'max', 2, [1, 3, 4]);
export const adaptiveMaxPool3d = adaptiveLayer('adaptiveMaxPool3d', 'max', 3, [1, 2, 3, 3]);
