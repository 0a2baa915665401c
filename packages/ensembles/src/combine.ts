import type { Choice, CreateContext, Job } from '@adjoint/core';
import { documented, oneOf, optional } from '@adjoint/core/options';
import { checkClassifiers, checkRegressions } from './check-loss.js';

export const combineOption = documented(
  optional(oneOf('probabilities', 'votes', 'mean', 'median'), 'probabilities'),
  'How outputs are combined: the mean of class probabilities, the votes for classes, or the mean or median of numbers.',
);

export type Combine = 'probabilities' | 'votes' | 'mean' | 'median';

const layers = {
  probabilities: 'softVote',
  votes: 'hardVote',
  mean: 'averageVote',
  median: 'medianVote',
} as const satisfies Record<Combine, string>;

/** The layer of a way to combine, once it is known to fit what the members are trained on. */
export function combineLayer(
  who: string,
  combine: Combine,
  base: Job,
  context: CreateContext,
  weights?: readonly number[],
): Choice<'layer'> {
  const check = combine === 'probabilities' || combine === 'votes' ? checkClassifiers : checkRegressions;
  check(who, base, context);
  return { [layers[combine]]: weights ? { weights } : {} } as Choice<'layer'>;
}
