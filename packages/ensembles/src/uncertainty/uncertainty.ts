import { AdjointError, formatShape, type HostTensor } from '@adjoint/core';
import { largestOfRows } from '../numbers.js';

/** How sure members are together, and why not; in nats. */
export interface Uncertainty {
  /** Entropy of the mean probabilities of each example: all there is. */
  readonly entropy: Float64Array;
  /** Mean of the members' entropies: what no more data would mend. */
  readonly expectedEntropy: Float64Array;
  /** Their difference, the mutual information of class and member: what more data would mend. */
  readonly mutualInformation: Float64Array;
  /** Variance of the probabilities over members, averaged over classes. */
  readonly variance: Float64Array;
  /** Mean share of examples for which two members choose different classes, over ordered pairs. */
  readonly disagreement: number;
}

/**
 * How sure the members of an ensemble are (Lakshminarayanan et al. 2017; Depeweg et al. 2018, equation 4).
 * @param members class probabilities [examples, classes] of each
 */
export function uncertainty(members: readonly HostTensor[]): Uncertainty {
  const [first] = members;
  const [examples = 0, classes = 0] = first?.shape ?? [];
  const odd = members.find(({ shape }) => shape.length !== 2 || shape[0] !== examples || shape[1] !== classes);
  if (!first || odd)
    throw new AdjointError(
      'SHAPE_MISMATCH',
      `uncertainty: takes probabilities [examples, classes] of each member, all of one shape, not ${odd ? formatShape(odd.shape) : 'none'}.`,
    );
  const count = members.length;
  const entropyOf = (row: ArrayLike<number>, start: number): number => {
    let sum = 0;
    for (let k = start; k < start + classes; k++) if (row[k]! > 0) sum -= row[k]! * Math.log(row[k]!);
    return sum;
  };
  const means = first.data.length === 0 ? new Float64Array() : meanOf(members);
  const perExample = (value: (start: number) => number): Float64Array =>
    Float64Array.from({ length: examples }, (_, example) => value(example * classes));
  const entropy = perExample((start) => entropyOf(means, start));
  const expectedEntropy = perExample(
    (start) => members.reduce((sum, { data }) => sum + entropyOf(data, start), 0) / count,
  );
  const variance = perExample((start) => {
    let sum = 0;
    for (let k = start; k < start + classes; k++)
      for (const { data } of members) sum += (data[k]! - means[k]!) ** 2 / (count * classes);
    return sum;
  });
  return {
    entropy,
    expectedEntropy,
    mutualInformation: entropy.map((all, i) => all - expectedEntropy[i]!),
    variance,
    disagreement: disagreementOf(members, classes),
  };
}

function meanOf(members: readonly HostTensor[]): Float64Array {
  const means = new Float64Array(members[0]!.data.length);
  for (const { data } of members) data.forEach((value, i) => (means[i]! += value / members.length));
  return means;
}

function disagreementOf(members: readonly HostTensor[], classes: number): number {
  const choices = members.map(({ data }) => largestOfRows(data, classes));
  const pairs = choices.flatMap((a, i) => choices.flatMap((b, j) => (i === j ? [] : [[a, b] as const])));
  const shares = pairs.map(([a, b]) => a.filter((choice, i) => choice !== b[i]).length / a.length);
  return pairs.length === 0 ? 0 : shares.reduce((sum, share) => sum + share, 0) / pairs.length;
}
