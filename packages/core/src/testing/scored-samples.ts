import type { RandomSource } from '../random/random-source.js';
import type { HostTensor } from '../tensor/host-tensor.js';
import { hostTensor } from '../tensor/host-tensor.js';
import { isFloat } from '../tensor/dtype.js';
import { formatShape, sizeOf, type Shape } from '../tensor/shape.js';
import type { NumberExample, TargetExample } from '../training/loss.js';
import type { Expectation } from '../training/targets.js';
import { randomTensor } from './random-tensor.js';

// Random outputs and targets of the kind that a loss or a metric expects.

const ranges = {
  logits: { low: -2, high: 2 },
  logProbabilities: { low: -3, high: -0.1 },
  probabilities: { low: 0.05, high: 0.95 },
};

/** Outputs for `batch` examples, in float64. */
export function sampleOutput(
  random: RandomSource,
  batch: number,
  given: Shape | NumberExample,
  { scale = 'logits' }: Expectation,
): HostTensor {
  const { shape, ...range } = 'shape' in given ? given : { shape: given };
  return randomTensor(random, [batch, ...shape], { ...ranges[scale], ...range });
}

/** The shape of an example in titles. */
export function shapeText(given: Shape | NumberExample): string {
  return formatShape('shape' in given ? given.shape : given);
}

/** What the targets of one example look like: as given, or as expected for an output [batch, …]. */
export function targetExample({ targets }: Expectation, { shape: [, ...shape] }: HostTensor): TargetExample {
  const [classes = 1, ...places] = shape;
  if (targets === 'classes') return { shape: places, dtype: 'int32', low: 0, high: Math.max(2, classes) - 1 };
  return { shape, dtype: 'float64', ...(targets === 'probabilities' ? { low: 0, high: 1 } : { low: -2, high: 2 }) };
}

export function sampleTarget(
  random: RandomSource,
  batch: number,
  { shape, dtype, ...range }: TargetExample,
): HostTensor {
  return randomTensor(random, [batch, ...shape], { dtype, ...(isFloat(dtype) ? {} : { low: 0, high: 1 }), ...range });
}

/** The same numbers, floats in another dtype. */
export function inFloat({ data, shape, dtype }: HostTensor, float: 'float32' | 'float64'): HostTensor {
  return isFloat(dtype) ? hostTensor(data, shape, float) : { data, shape, dtype };
}

/** Some rows of a tensor. */
export function rowsOf({ data, shape: [, ...inner], dtype }: HostTensor, from: number, to: number): HostTensor {
  const size = sizeOf(inner);
  return { data: data.slice(from * size, to * size), shape: [to - from, ...inner], dtype };
}
