import * as v from 'valibot';
import { operation, operations } from '../family.js';
import { runLayer } from './run-layer.js';

const epsilon = v.exactOptional(v.number());
const optional = ['gamma', 'beta'] as const;

export const normalisation = operations({
  batchNorm: operation({
    attributes: { mode: v.picklist(['train', 'eval']), momentum: v.exactOptional(v.number()), epsilon },
    inputs: ['x', 'runningMean', 'runningVariance'],
    optional,
    build({ x, gamma, beta, runningMean, runningVariance }, { mode, ...options }) {
      const { output, states } = runLayer('batchNorm', { ...options, affine: gamma !== undefined }, [x], {
        values: { gamma, beta, mean: runningMean, variance: runningVariance },
        training: mode === 'train',
      });
      return {
        y: output,
        runningMean: states['mean'] ?? runningMean,
        runningVariance: states['variance'] ?? runningVariance,
      };
    },
  }),
  layerNorm: operation({
    attributes: { normalizedShape: v.array(v.number()), epsilon },
    inputs: ['x'],
    optional,
    build: ({ x, gamma, beta }, { normalizedShape, ...options }) =>
      runLayer(
        'layerNorm',
        { ...options, axes: normalizedShape.length, affine: gamma !== undefined, bias: beta !== undefined },
        [x],
        { values: { gamma, beta } },
      ).output,
  }),
  groupNorm: operation({
    attributes: { groups: v.number(), epsilon },
    inputs: ['x'],
    optional,
    build: ({ x, gamma, beta }, options) =>
      runLayer('groupNorm', { ...options, affine: gamma !== undefined }, [x], { values: { gamma, beta } }).output,
  }),
  instanceNorm: operation({
    attributes: { epsilon },
    inputs: ['x'],
    optional,
    build: ({ x, gamma, beta }, options) =>
      runLayer('instanceNorm', { ...options, affine: gamma !== undefined }, [x], { values: { gamma, beta } }).output,
  }),
  rmsNorm: operation({
    attributes: { epsilon },
    inputs: ['x'],
    optional: ['gamma'],
    build: ({ x, gamma }, options) =>
      runLayer('rmsNorm', { ...options, affine: gamma !== undefined }, [x], { values: { gamma } }).output,
  }),
});
