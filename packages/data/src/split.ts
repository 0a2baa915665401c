import { AdjointError, checkDataset, RandomSource, type Dataset } from '@adjoint/core';
import { custom, natural, optional, schemaOf, validateOptions, valueText } from '@adjoint/core/options';
import type { ArrayDataset } from './array-dataset.js';
import { subset } from './subset.js';

export interface SplitOptions {
  /** The same seed gives the same parts. */
  readonly seed: number;
  /** The class of every example, such as `data.allTargets().data`: each part then holds the classes in nearly the proportions of the whole. */
  readonly stratify?: ArrayLike<number>;
}

const splitOptions = schemaOf<SplitOptions>({
  seed: natural,
  stratify: optional(
    custom<ArrayLike<number>>((value) => Array.isArray(value) || ArrayBuffer.isView(value), 'a list of class numbers'),
  ),
});

/**
 * Splits a dataset at random into parts that do not overlap. `parts` are fractions that sum to 1, such as `[0.8, 0.2]`, or
 * counts that sum to the size, such as `[7000, 1000]`.
 * @throws AdjointError `OPTIONS_INVALID` if the parts do not add up or `stratify` has another length
 */
export function split<const P extends readonly number[]>(
  dataset: ArrayDataset,
  parts: P,
  options: SplitOptions,
): Parts<P, ArrayDataset>;
export function split<const P extends readonly number[]>(
  dataset: Dataset,
  parts: P,
  options: SplitOptions,
): Parts<P, Dataset>;
export function split(dataset: Dataset, parts: readonly number[], options: SplitOptions): Dataset[] {
  checkDataset(dataset, 'split');
  validateOptions(splitOptions, options, 'split');
  const { seed, stratify } = options;
  const ends = endsOf(parts, dataset.size);
  const order = new RandomSource(seed).child('split').permutation(dataset.size);
  const sequence = stratify ? spreadClasses(order, stratify) : order;
  const rank = new Int32Array(order.length);
  order.forEach((index, position) => (rank[index] = position));
  // A slice of the spread sequence runs through the classes in turn; sorting by rank makes its order random again.
  return ends.map((end, i) =>
    subset(
      dataset,
      sequence.slice(ends[i - 1] ?? 0, end).sort((a, b) => rank[a]! - rank[b]!),
    ),
  );
}

/** As many parts as were asked for. */
type Parts<P extends readonly number[], D> = { -readonly [K in keyof P]: D };

/** Where each part ends in the sequence of all examples. */
function endsOf(parts: readonly number[], size: number): number[] {
  if (!Array.isArray(parts))
    throw new AdjointError(
      'OPTIONS_INVALID',
      `split: the parts are ${valueText(parts)}; give a list such as [0.8, 0.2].`,
    );
  let sum = 0;
  const sums = parts.map((part) => (sum += part));
  const valid = parts.every((part) => part >= 0);
  if (valid && sum === size && parts.every(Number.isInteger)) return sums;
  if (valid && Math.abs(sum - 1) < 1e-9) return sums.map((end) => Math.round(end * size));
  throw new AdjointError(
    'OPTIONS_INVALID',
    `split: the parts [${parts.join(', ')}] sum to ${sum}; give fractions that sum to 1, or counts that sum to the ${size} examples.`,
  );
}

/** Reorders so that every stretch of the sequence holds the classes in proportion: member k of a class with n members goes to (k + ½) / n of the way. */
function spreadClasses(order: Int32Array, classes: ArrayLike<number>): Int32Array {
  if (classes.length !== order.length) {
    throw new AdjointError(
      'OPTIONS_INVALID',
      `split: stratify has ${classes.length} classes for ${order.length} examples; give one class per example.`,
    );
  }
  const members = new Map<number, number[]>();
  for (const index of order) {
    const group = members.get(classes[index]!);
    if (group) group.push(index);
    else members.set(classes[index]!, [index]);
  }
  const place = new Float64Array(order.length);
  for (const group of members.values()) group.forEach((index, k) => (place[index] = (k + 0.5) / group.length));
  return order.slice().sort((a, b) => place[a]! - place[b]!);
}
