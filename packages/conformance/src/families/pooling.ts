import * as core from '@adjoint/core';
import type { Tensor } from '@adjoint/core';
import * as v from 'valibot';
import { operation, operations, type Family } from '../family.js';
import { checkDimensions } from './convolution.js';

const numbers = v.array(v.number());
const windows = {
  dims: v.number(),
  kernel: numbers,
  stride: v.exactOptional(numbers),
  padding: v.exactOptional(v.array(v.tuple([v.number(), v.number()]))),
  ceilMode: v.exactOptional(v.boolean()),
};

const adaptive = (kind: 'average' | 'max'): Family =>
  operation({
    attributes: { dims: v.number(), outputSize: numbers },
    inputs: ['x'],
    build({ x }, { dims, outputSize }) {
      checkDimensions(x, dims);
      return core.adaptivePool(x, outputSize, kind);
    },
  });

const global = (reduce: (x: Tensor, axes: readonly number[]) => Tensor): Family =>
  operation({
    attributes: { dims: v.number() },
    inputs: ['x'],
    build({ x }, { dims }) {
      checkDimensions(x, dims);
      return reduce(
        x,
        Array.from({ length: dims }, (_, d) => d + 2),
      );
    },
  });

export const pooling = operations({
  max: operation({
    attributes: { ...windows, dilation: v.exactOptional(numbers) },
    inputs: ['x'],
    build({ x }, { dims, kernel: size, ...options }) {
      checkDimensions(x, dims);
      return core.maxPool(x, { size, ...options });
    },
  }),
  average: operation({
    attributes: { ...windows, countPadding: v.exactOptional(v.boolean()) },
    inputs: ['x'],
    build({ x }, { dims, kernel: size, ...options }) {
      checkDimensions(x, dims);
      return core.averagePool(x, { size, ...options });
    },
  }),
  lp: operation({
    attributes: { ...windows, p: v.number() },
    inputs: ['x'],
    build({ x }, { dims, kernel: size, p, ...options }) {
      checkDimensions(x, dims);
      return core.lpPool(x, p, { size, ...options });
    },
  }),
  adaptiveAverage: adaptive('average'),
  adaptiveMax: adaptive('max'),
  globalAverage: global(core.mean),
  globalMax: global(core.max),
});
