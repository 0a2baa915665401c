import {
  broadcastTo,
  defineLayer,
  literal,
  maxPool as maximumOf,
  perDimension,
  sumPool,
  type Shape,
  type Tensor,
  type Window,
} from '@adjoint/core';
import { boolean, documented, object, optional } from '@adjoint/core/options';
import { channelsAndSpace, extents, sides } from './spatial.js';

const windowOptions = {
  size: documented(extents, 'Extent of a window.'),
  stride: documented(optional(extents), 'Step between windows; their size if not given.'),
  padding: documented(optional(sides, 0), 'Elements on each side, or [before, after] per dimension.'),
  dilation: documented(optional(extents, 1), 'Distance between the elements of a window.'),
} as const;

interface WindowOptions {
  readonly size: number | readonly number[];
  readonly stride?: number | readonly number[] | undefined;
  readonly padding: number | readonly (readonly [number, number])[];
  readonly dilation: number | readonly number[];
}

function windowOf(layer: string, { size, stride = size, padding, dilation }: WindowOptions, { length }: Shape): Window {
  return {
    size: perDimension(size, length, `${layer}: size`),
    stride: perDimension(stride, length, `${layer}: stride`),
    dilation: perDimension(dilation, length, `${layer}: dilation`),
    padding: typeof padding === 'number' ? Array.from({ length }, () => [padding, padding] as const) : padding,
  };
}

function maxPoolLayer(name: string, dimensions: 1 | 2 | 3 | undefined, example: Shape) {
  return defineLayer({
    options: object(windowOptions),
    formula: 'y[o] = max over j of x[o·stride + j·dilation − before]; padding counts as −∞',
    examples: [{ options: { size: 2 }, inputs: [example] }],
    create: (options) => ({
      build([input]) {
        const [, space] = channelsAndSpace(name, input.shape, dimensions);
        const window = windowOf(name, options, space);
        return ([x]) => maximumOf(x, window);
      },
    }),
  });
}

function averagePoolLayer(name: string, dimensions: 1 | 2 | 3 | undefined, example: Shape) {
  return defineLayer({
    options: object({
      ...windowOptions,
      countPadding: documented(optional(boolean, true), 'Whether padding counts as elements of value 0.'),
    }),
    formula: 'y[o] = mean over j of x[o·stride + j·dilation − before]',
    examples: [{ options: { size: 2 }, inputs: [example] }],
    create: ({ countPadding, ...options }) => ({
      build([input]) {
        const [, space] = channelsAndSpace(name, input.shape, dimensions);
        const window = windowOf(name, options, space);
        return ([x]) => meanOf(x, window, countPadding);
      },
    }),
  });
}

function meanOf(x: Tensor, window: Window, countPadding: boolean): Tensor {
  const sums = sumPool(x, window);
  const padded = window.padding.some(([before, after]) => before > 0 || after > 0);
  if (countPadding || !padded) return sums.mul(1 / window.size.reduce((product, extent) => product * extent, 1));
  // Windows at the border hold fewer elements: those that the same windows find in an example of ones.
  const ones = broadcastTo(literal(1, x.dtype), [1, 1, ...x.shape.slice(2)]);
  return sums.div(sumPool(ones, window));
}

export const maxPool = maxPoolLayer('maxPool', undefined, [1, 5]);
export const maxPool1d = maxPoolLayer('maxPool1d', 1, [2, 5]);
export const maxPool2d = maxPoolLayer('maxPool2d', 2, [2, 4, 4]);
export const maxPool3d = maxPoolLayer('maxPool3d', 3, [1, 2, 2, 4]);
export const averagePool = averagePoolLayer('averagePool', undefined, [1, 5]);
export const averagePool1d = averagePoolLayer('averagePool1d', 1, [2, 5]);
export const averagePool2d = averagePoolLayer('averagePool2d', 2, [2, 4, 4]);
export const averagePool3d = averagePoolLayer('averagePool3d', 3, [1, 2, 2, 4]);
