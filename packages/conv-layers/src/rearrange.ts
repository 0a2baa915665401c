import {
  defineLayer,
  fold as foldTensor,
  pixelShuffle as shuffle,
  pixelUnshuffle as unshuffle,
  unfold as unfoldTensor,
  type Tensor,
} from '@adjoint/core';
import { array, count, documented, object, optional } from '@adjoint/core/options';
import { channelsAndSpace, extents, poolingOptions } from './spatial.js';

function shuffleLayer(name: string, formula: string, map: (x: Tensor, factor: number) => Tensor, example: number[]) {
  return defineLayer({
    options: object({ factor: documented(count, 'Places of space along each axis that stand for channels.') }),
    formula,
    source: 'Shi et al. 2016, arXiv:1609.05158, equation 4',
    examples: [{ options: { factor: 2 }, inputs: [example] }],
    create: ({ factor }) => ({
      build([input]) {
        channelsAndSpace(name, input.shape, undefined);
        return ([x]) => map(x, factor);
      },
    }),
  });
}

/** Channels become space: `[C·rᵈ, …a]` → `[C, …a·r]`. */
export const pixelShuffle = shuffleLayer(
  'pixelShuffle',
  'y[c, h·r + i, w·r + j] = x[c·r² + i·r + j, h, w], likewise over other numbers of axes',
  shuffle,
  [4, 2, 1],
);
/** Space becomes channels: `[C, …a·r]` → `[C·rᵈ, …a]`. */
export const pixelUnshuffle = shuffleLayer(
  'pixelUnshuffle',
  'y[c·r² + i·r + j, h, w] = x[c, h·r + i, w·r + j], likewise over other numbers of axes',
  unshuffle,
  [1, 2, 4],
);

const { size, padding, dilation } = poolingOptions;
const windows = { size, stride: documented(optional(extents, 1), 'Step between windows.'), padding, dilation };

/** Windows as columns: `[C, …a]` → `[C·taps, windows]`. */
export const unfold = defineLayer({
  options: object(windows),
  formula: 'y[c·taps + j, o] = x[c, o·stride + j·dilation − before], zeros in the padding',
  source: 'Chellapilla, Puri & Simard 2006, "High performance convolutional neural networks", section 3',
  description: 'The windows over all spatial dimensions as columns, in the order of a kernel (im2col).',
  examples: [{ options: { size: 2, padding: 1 }, inputs: [[1, 2, 3]] }],
  create: (options) => ({
    build([input]) {
      channelsAndSpace('unfold', input.shape, undefined);
      return ([x]) => unfoldTensor(x, options);
    },
  }),
});

/** Columns added up where their windows were: `[C·taps, windows]` → `[C, …outputSize]`. */
export const fold = defineLayer({
  options: object({ outputSize: documented(array(count), 'Spatial extents of the output.'), ...windows }),
  formula: 'y[c, i] = Σ of x[c·taps + j, o] over all o·stride + j·dilation − before = i',
  source: "The adjoint of 'unfold'",
  description: 'Adds the columns of windows up at the places of the windows (col2im).',
  examples: [{ options: { outputSize: [2, 3], size: 2 }, inputs: [[4, 2]] }],
  create: ({ outputSize, ...options }) => ({
    build:
      () =>
      ([x]) =>
        foldTensor(x, outputSize, options),
  }),
});
