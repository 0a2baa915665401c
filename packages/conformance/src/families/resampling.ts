import * as core from '@adjoint/core';
import * as v from 'valibot';
import { operation, operations } from '../family.js';
import { checkDimensions } from './convolution.js';

const factor = v.pipe(v.number(), v.integer(), v.minValue(1));

export const resampling = operations({
  nearest: operation({
    attributes: { dims: v.number(), scale: v.array(factor) },
    inputs: ['x'],
    build({ x }, { dims, scale }) {
      checkDimensions(x, dims);
      const factors = core.perDimension(scale, dims, 'nearest: scale');
      return core.resize(
        x,
        factors.map((times, d) => x.shape[d + 2]! * times),
      );
    },
  }),
  bilinear: operation({
    attributes: { outputSize: v.array(v.number()), alignCorners: v.boolean() },
    inputs: ['x'],
    build({ x }, { outputSize, alignCorners }) {
      checkDimensions(x, 2);
      return core.resize(x, outputSize, { mode: 'linear', alignCorners });
    },
  }),
  pixelShuffle: operation({
    attributes: { factor },
    inputs: ['x'],
    build: ({ x }, of) => core.pixelShuffle(x, of.factor),
  }),
  pixelUnshuffle: operation({
    attributes: { factor },
    inputs: ['x'],
    build: ({ x }, of) => core.pixelUnshuffle(x, of.factor),
  }),
});
