import { AdjointError } from '@adjoint/core';

/** What a round of boosting makes of the weights of the examples. */
export interface Round {
  /** Sum 1. */
  readonly weights: Float64Array;
}

/**
 * Weights that sum to 1.
 * @throws AdjointError `DATA_INVALID` for weights that sum to 0, or to no number
 */
export function normalized(weights: Float64Array): Float64Array {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  if (!(sum > 0 && sum < Infinity))
    throw new AdjointError(
      'DATA_INVALID',
      `boosting: the weights of the examples sum to ${sum}, so that none counts; give at least one a weight above 0.`,
    );
  return weights.map((weight) => weight / sum);
}

export interface SammeRound extends Round {
  /** Share of the weight that was missed. */
  readonly error: number;
  /** Weight of the member in the vote. */
  readonly alpha: number;
}

/**
 * A round of SAMME (Zhu et al. 2009, algorithm 2): e = Σ w·miss/Σ w, α = rate·(ln((1 − e)/e) + ln(K − 1)), w ← w·exp(α·miss).
 * A member without a miss gets the α of an error of 1e-10.
 */
export function sammeRound(
  weights: Float64Array,
  isMissed: (example: number) => boolean,
  { classes, rate }: { readonly classes: number; readonly rate: number },
): SammeRound {
  const shares = normalized(weights);
  const error = shares.reduce((sum, weight, i) => (isMissed(i) ? sum + weight : sum), 0);
  const odds = Math.max(error, 1e-10);
  const alpha = rate * (Math.log((1 - odds) / odds) + Math.log(classes - 1));
  const next = normalized(shares.map((weight, i) => (isMissed(i) ? weight * Math.exp(alpha) : weight)));
  return { weights: next, error, alpha };
}

/** Smallest probability whose logarithm is taken. */
const leastProbability = 2 ** -52;

/**
 * A round of SAMME.R (Zhu et al. 2009, algorithm 4): w ← w·exp(−rate·(K − 1)/K·Σ code·ln p), code 1 for the target and
 * −1/(K − 1) else.
 * @param probabilities [examples, classes], row by row
 */
export function sammeRealRound(
  weights: Float64Array,
  probabilities: ArrayLike<number>,
  targets: ArrayLike<number>,
  { classes, rate }: { readonly classes: number; readonly rate: number },
): Round {
  const next = weights.map((weight, i) => {
    let sum = 0;
    for (let k = 0; k < classes; k++) {
      const log = Math.log(Math.max(probabilities[i * classes + k]!, leastProbability));
      sum += (k === targets[i] ? 1 : -1 / (classes - 1)) * log;
    }
    return weight * Math.exp(-rate * ((classes - 1) / classes) * sum);
  });
  return { weights: normalized(next) };
}

/** What members of SAMME.R say together for each class of each example: Σ (K − 1)(ln p − mean ln p). */
export function sammeRealScores(members: readonly ArrayLike<number>[], classes: number): Float64Array {
  const scores = new Float64Array(members[0]?.length ?? 0);
  for (const probabilities of members) {
    for (let row = 0; row < scores.length; row += classes) {
      const logs = Array.from({ length: classes }, (_, k) =>
        Math.log(Math.max(probabilities[row + k]!, leastProbability)),
      );
      const mean = logs.reduce((sum, log) => sum + log, 0) / classes;
      logs.forEach((log, k) => (scores[row + k]! += (classes - 1) * (log - mean)));
    }
  }
  return scores;
}

export interface RegressionRound extends Round {
  /** Mean loss over that of a member that is always right: less than 1 where it helps. */
  readonly beta: number;
  /** The mean loss, in [0, 1]. */
  readonly error: number;
}

/** How an error, as a share of the largest, counts. */
export const regressionLosses = {
  linear: (share: number) => share,
  square: (share: number) => share * share,
  exponential: (share: number) => 1 - Math.exp(-share),
} as const;

/**
 * A round of AdaBoost.R2 (Drucker 1997): errors are shares of the largest, L̄ = Σ w·L, β = L̄/(1 − L̄),
 * w ← w·β^(rate·(1 − L)).
 */
export function regressionRound(
  weights: Float64Array,
  errors: ArrayLike<number>,
  { loss, rate }: { readonly loss: keyof typeof regressionLosses; readonly rate: number },
): RegressionRound {
  const shares = normalized(weights);
  const largest = Array.from(errors).reduce((most, error) => Math.max(most, error), 0);
  const losses = shares.map((_, i) => (largest === 0 ? 0 : regressionLosses[loss](errors[i]! / largest)));
  const error = losses.reduce((sum, own, i) => sum + own * shares[i]!, 0);
  const beta = Math.max(error, 1e-10) / (1 - Math.min(error, 1 - 1e-10));
  const next = normalized(shares.map((weight, i) => weight * beta ** (rate * (1 - losses[i]!))));
  return { weights: next, error, beta };
}

/** The weighted median of each example's predictions: the lowest that at least half of the weight does not exceed. */
export function weightedMedian(predictions: readonly ArrayLike<number>[], weights: readonly number[]): Float64Array {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return Float64Array.from({ length: predictions[0]?.length ?? 0 }, (_, i) => {
    const order = predictions.map((_row, m) => m).toSorted((a, b) => predictions[a]![i]! - predictions[b]![i]!);
    let below = 0;
    for (const m of order) {
      below += weights[m]!;
      if (below >= total / 2) return predictions[m]![i]!;
    }
    return predictions[order.at(-1)!]![i]!;
  });
}
