import { AdjointError, literal, stack, type Several, type Tensor } from '@adjoint/core';
import { array, documented, optional, rate, refine } from '@adjoint/core/options';

/** An option: how much each member counts. */
export const weightsOption = documented(
  optional(refine(array(rate), (weights) => weights.some((weight) => weight > 0), 'weights of which one is above 0')),
  'How much each member counts, ≥ 0 and not all 0; all the same if not given.',
);

/** Weights that sum to 1, one for each of `count` members. */
export function shares(who: string, weights: readonly number[] | undefined, count: number): readonly number[] {
  const given = weights ?? new Array<number>(count).fill(1);
  if (given.length !== count)
    throw new AdjointError(
      'OPTIONS_INVALID',
      `${who}: there are ${given.length} weights for ${count} members; give one for each.`,
    );
  const sum = given.reduce((total, weight) => total + weight, 0);
  return given.map((weight) => weight / sum);
}

/** Numbers along the axis of the members, for outputs that are stacked along it. */
export function alongMembers(numbers: readonly number[], outputs: Several<Tensor>): Tensor {
  const [{ dtype, rank }] = outputs;
  return stack(numbers.map((number) => literal(number, dtype))).reshape([
    numbers.length,
    ...new Array<number>(rank).fill(1),
  ]);
}
