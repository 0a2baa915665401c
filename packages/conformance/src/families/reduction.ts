import * as core from '@adjoint/core';
import type { Tensor } from '@adjoint/core';
import * as v from 'valibot';
import { operation, operations, type Family } from '../family.js';

const over = { axes: v.optional(v.array(v.number())), keepDims: v.optional(v.boolean(), false) };
const correction = v.picklist([0, 1]);

const reduce = (apply: (a: Tensor, axes: readonly number[] | undefined, keepDims: boolean) => Tensor): Family =>
  operation({ attributes: over, inputs: ['a'], build: ({ a }, { axes, keepDims }) => apply(a, axes, keepDims) });

const along = (apply: (a: Tensor, axis: number) => Tensor): Family =>
  operation({ attributes: { axis: v.number() }, inputs: ['a'], build: ({ a }, { axis }) => apply(a, axis) });

const spread = (apply: typeof core.variance): Family =>
  operation({
    attributes: { ...over, correction },
    inputs: ['a'],
    build: ({ a }, { axes, ...options }) => apply(a, axes, options),
  });

export const reduction = operations({
  sum: reduce(core.sum),
  mean: reduce(core.mean),
  max: reduce(core.max),
  min: reduce(core.min),
  prod: reduce(core.prod),
  logSumExp: reduce(core.logSumExp),
  any: reduce(core.any),
  all: reduce(core.all),
  variance: spread(core.variance),
  standardDeviation: spread(core.standardDeviation),
  norm: operation({
    attributes: { ...over, p: v.union([v.number(), v.pipe(v.literal('Infinity'), v.transform(Number))]) },
    inputs: ['a'],
    build: ({ a }, { p, axes, keepDims }) => core.norm(a, p, axes, keepDims),
  }),
  argMax: along(core.argMax),
  argMin: along(core.argMin),
  cumulativeSum: along(core.cumulativeSum),
});
