import * as core from '@adjoint/core';
import type { Tensor } from '@adjoint/core';
import * as v from 'valibot';
import { operation, operations, type Family } from '../family.js';

const numbers = v.array(v.number());
const axisNumber = v.number();
const diagonalNumber = v.optional(v.number(), 0);

const join = (apply: (tensors: readonly Tensor[], axis: number) => Tensor): Family =>
  operation({
    attributes: { axis: axisNumber },
    inputs: ['a'],
    optional: ['b', 'c'],
    build: ({ a, b, c }, { axis }) =>
      apply(
        [a, b, c].filter((tensor) => tensor !== undefined),
        axis,
      ),
  });

export const shape = operations({
  reshape: operation({
    attributes: { shape: numbers },
    inputs: ['a'],
    build: ({ a }, attributes) => core.reshape(a, attributes.shape),
  }),
  transpose: operation({
    attributes: { permutation: numbers },
    inputs: ['a'],
    build: ({ a }, { permutation }) => core.transpose(a, permutation),
  }),
  slice: operation({
    attributes: { start: numbers, stop: numbers, step: v.optional(numbers) },
    inputs: ['a'],
    build: ({ a }, { start, stop, step }) => core.slice(a, start, stop, step),
  }),
  concatenate: join(core.concatenate),
  stack: join(core.stack),
  flip: operation({ attributes: { axes: numbers }, inputs: ['a'], build: ({ a }, { axes }) => core.flip(a, axes) }),
  broadcastTo: operation({
    attributes: { shape: numbers },
    inputs: ['a'],
    build: ({ a }, attributes) => core.broadcastTo(a, attributes.shape),
  }),
  tile: operation({
    attributes: { repeats: numbers },
    inputs: ['a'],
    build: ({ a }, { repeats }) => core.tile(a, repeats),
  }),
  take: operation({
    attributes: { axis: axisNumber },
    inputs: ['a', 'indices'],
    build: ({ a, indices }, { axis }) => core.take(a, indices, axis),
  }),
  takeAlongAxis: operation({
    attributes: { axis: axisNumber },
    inputs: ['a', 'indices'],
    build: ({ a, indices }, { axis }) => core.takeAlongAxis(a, indices, axis),
  }),
  oneHot: operation({
    attributes: { classes: v.number() },
    inputs: ['indices'],
    build: ({ indices }, { classes }, dtype) => core.oneHot(indices, classes, dtype),
  }),
  upperTriangle: operation({
    attributes: { diagonal: diagonalNumber },
    inputs: ['a'],
    build: ({ a }, { diagonal }) => core.upperTriangle(a, diagonal),
  }),
  lowerTriangle: operation({
    attributes: { diagonal: diagonalNumber },
    inputs: ['a'],
    build: ({ a }, { diagonal }) => core.lowerTriangle(a, diagonal),
  }),
  pad: operation({
    attributes: {
      padding: v.array(v.tuple([v.number(), v.number()])),
      mode: v.picklist(['constant', 'reflect', 'replicate', 'circular']),
      value: v.optional(v.number()),
    },
    inputs: ['a'],
    build: ({ a }, { padding, mode, value }) => core.padWith(a, padding, mode, value),
  }),
});
