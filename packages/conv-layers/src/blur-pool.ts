import { convolve, defineLayer, hostTensor, perDimension } from '@adjoint/core';
import { count, documented, object, oneOf, optional } from '@adjoint/core/options';
import { constant } from '@adjoint/core/primitives';
import { channelsAndSpace, extents } from './spatial.js';

/** Takes every stride-th element of a smoothed input, so that small shifts change little. */
export const blurPool = defineLayer({
  options: object({
    size: documented(optional(count, 3), 'Extent of the smoothing; its weights are binomial coefficients.'),
    stride: documented(optional(extents, 2), 'Step between outputs.'),
    paddingMode: documented(
      optional(oneOf('zeros', 'reflect', 'replicate', 'circular'), 'reflect'),
      'What stands beyond the border: ⌊(size − 1)/2⌋ elements before, the rest of size − 1 after.',
    ),
  }),
  formula: 'y[o] = Σ_j b[j]·x[o·stride + j − ⌊(size − 1)/2⌋] along each axis, b[j] = (size − 1 over j)/2^(size − 1)',
  source: 'Zhang 2019, arXiv:1904.11486, section 3.2',
  description: 'Smooths, then takes every stride-th element, over all spatial dimensions: pooling without aliasing.',
  examples: [{ inputs: [[2, 5]] }, { options: { size: 2, stride: [1, 2], paddingMode: 'zeros' }, inputs: [[1, 3, 3]] }],
  create: ({ size, stride, paddingMode }) => ({
    build([input]) {
      const [, space] = channelsAndSpace('blurPool', input.shape, undefined);
      const step = perDimension(stride, space.length, 'blurPool: stride');
      const row = binomials(size);
      const weights = space.reduce((all) => all.flatMap((weight) => row.map((other) => weight * other)), [1]);
      const before = Math.floor((size - 1) / 2);
      const padding = space.map(() => [before, size - 1 - before] as const);
      return ([x]) => {
        const [batch = 0, channels = 0, ...extent] = x.shape;
        const kernel = constant(hostTensor(weights, [1, 1, ...space.map(() => size)], x.dtype));
        // Channels do not mix, so each is an image of its own.
        const planes = x.reshape([batch * channels, 1, ...extent]);
        const y = convolve(planes, kernel, { stride: step, padding, paddingMode });
        return y.reshape([batch, channels, ...y.shape.slice(2)]);
      };
    },
  }),
});

/** A row of Pascal's triangle, divided by its sum. */
function binomials(size: number): number[] {
  let row = [1];
  while (row.length < size) row = [...row, 0].map((value, i) => (value + (row[i - 1] ?? 0)) / 2);
  return row;
}
