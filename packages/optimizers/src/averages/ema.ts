import { defineRegularizer } from '@adjoint/core';
import { boolean, documented, object, optional } from '@adjoint/core/options';
import { decay } from '../options.js';
import { averaging } from './averaging.js';

/** An exponential moving average of the weights, which is what is evaluated, predicted with and exported. */
export const ema = defineRegularizer({
  options: object({
    decay: documented(optional(decay, 0.999), 'Share d of the average that is kept; 1/(1−d) steps are remembered.'),
    warmup: documented(
      optional(boolean, false),
      'Remembers fewer steps at first: the decay is at most (1+t)/(10+t) after t steps.',
    ),
  }),
  formula: 'e ← d·e + (1−d)·w, from e = w at the start',
  source: 'Polyak & Juditsky 1992; warm-up of TensorFlow 1, ExponentialMovingAverage',
  create: ({ decay: kept, warmup }) =>
    averaging(({ value, scalar }) =>
      warmup ? scalar('share', ({ step }) => 1 - Math.min(kept, (2 + step) / (11 + step))) : value(1 - kept),
    ),
});
