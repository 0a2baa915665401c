import { readTargets, type Dataset, type Ensemble } from '@adjoint/core';
import { probabilitiesOf, staged } from '@adjoint/ensembles';
import { errorRate } from '@adjoint/experiment';

/** An ensemble that was trained on one training set. */
export interface Repeat {
  /** Test error of the first member, of the first two, … */
  readonly errors: readonly number[];
  /** Error out of bag, where the strategy estimates it. */
  readonly outOfBag?: number;
  /** The class probabilities of each member for all test examples, [examples × classes]. */
  readonly members: readonly Float64Array[];
}

export async function repeatOf(ensemble: Ensemble, test: Dataset): Promise<Repeat> {
  const [labels] = await readTargets(test);
  const errors: number[] = [];
  for await (const scores of staged(ensemble, test)) errors.push(errorRate(scores, labels!.data));
  const members: Float64Array[] = [];
  for (const member of ensemble.members)
    members.push(Float64Array.from(probabilitiesOf(await member.predict(test), member.model.outputScale).data));
  const { 'outOfBag/accuracy': right } = ensemble.figures;
  return { errors, members, ...(right !== undefined && { outOfBag: 1 - right }) };
}

/** How the variance over training sets falls with the number of members. */
export interface Variances {
  /** σ²: of a class probability of one member, mean over examples and classes. */
  readonly ofOne: number;
  /** ρ: correlation of two members of one training set. */
  readonly correlation: number;
  /** Of the mean of the first member, of the first two, … */
  readonly measured: readonly number[];
  /** ρσ² + (1 − ρ)σ²/B. */
  readonly predicted: readonly number[];
}

/**
 * Variance over the training sets of the mean of B members, measured for each B, and as the formula has it with ρ and σ² of
 * all members.
 */
export function variances(repeats: readonly Repeat[]): Variances {
  const count = repeats[0]!.members.length;
  const single = mean(Array.from({ length: count }, (_, b) => varianceOf(repeats.map(({ members }) => [members[b]!]))));
  const measured = Array.from({ length: count }, (_, b) =>
    varianceOf(repeats.map(({ members }) => members.slice(0, b + 1))),
  );
  const all = measured.at(-1)!;
  // Var = ρσ² + (1 − ρ)σ²/B, solved for ρ.
  const correlation = count > 1 ? (all / single - 1 / count) / (1 - 1 / count) : Number.NaN;
  const predicted = measured.map((_, b) => single * (correlation + (1 - correlation) / (b + 1)));
  return { ofOne: single, correlation, measured, predicted };
}

/** Unbiased variance over the repeats of the mean of some members, mean over all that they say. */
function varianceOf(repeats: readonly (readonly Float64Array[])[]): number {
  const length = repeats[0]![0]!.length;
  let sum = 0;
  for (let i = 0; i < length; i++) {
    const values = repeats.map((members) => members.reduce((total, member) => total + member[i]!, 0) / members.length);
    const centre = mean(values);
    sum += values.reduce((total, value) => total + (value - centre) ** 2, 0) / (values.length - 1);
  }
  return sum / length;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
