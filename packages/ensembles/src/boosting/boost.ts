import type { DataReference, EnsembleContext, HostTensor, JobResult, RandomSource } from '@adjoint/core';

/** What a member's outputs for all examples are worth. */
export interface Verdict {
  /** In [0, 1], as the figure `member_1/error` and so on says it. */
  readonly error: number;
  readonly vote: number;
  /** Weights of the examples for the member after it; undefined where it is the last. */
  readonly next: Float64Array | undefined;
}

/**
 * Members one after the other, each on the weights that the one before has left.
 * @param judge is given the outputs of a member, the weights that it was trained on, and its number; undefined drops the
 * member and ends
 */
export async function boost(
  { base, size, random, train, predict }: EnsembleContext,
  most: number,
  sampling: Sampling,
  judge: (output: HostTensor, weights: Float64Array, number: number) => Verdict | undefined,
): Promise<{ readonly trained: JobResult[]; readonly votes: number[]; readonly figures: Record<string, number> }> {
  const trained: JobResult[] = [];
  const votes: number[] = [];
  const figures: Record<string, number> = {};
  let weights: Float64Array | undefined = new Float64Array(size).fill(1 / size);
  while (weights && trained.length < most) {
    const data = reweighted(base.train, weights, sampling, random.child(`member ${trained.length}`));
    const member = await train({ train: data }, { count: most });
    const verdict = judge(await predict(member, base.train), weights, trained.length);
    if (!verdict) break;
    trained.push(member);
    votes.push(verdict.vote);
    figures[`member_${trained.length}/error`] = verdict.error;
    weights = verdict.next;
  }
  return { trained, votes, figures };
}

/** Whether the weights of examples are in the loss, or examples are drawn by them. */
export type Sampling = 'weights' | 'resample';

/** The data of the next member: weights of mean 1 for the loss, or a sample drawn by them. */
function reweighted(
  data: DataReference,
  weights: Float64Array,
  sampling: Sampling,
  random: RandomSource,
): DataReference {
  if (sampling === 'weights')
    return { ...data, weights: Float32Array.from(weights, (weight) => weight * weights.length) };
  let below = 0;
  const limits = weights.map((weight) => (below += weight));
  const place = (draw: number): number => {
    let [low, high] = [0, limits.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (limits[middle]! > draw) high = middle;
      else low = middle + 1;
    }
    return low;
  };
  return { ...data, indices: Int32Array.from(weights, () => place(random.uniform() * below)).toSorted() };
}
