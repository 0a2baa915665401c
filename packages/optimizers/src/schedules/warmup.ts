import { defineSchedule, type Choice, type Definition } from '@adjoint/core';
import { choice, count, documented, fraction, object, optional, type Schema } from '@adjoint/core/options';
import { partOf } from './part-of.js';

/** Options of a warm-up; stated, since what follows is a schedule again. */
export interface WarmupOptions {
  /** Updates of the warm-up. */
  readonly steps: number;
  /** Share of the base rate at the start. */
  readonly startFactor?: number | undefined;
  /** What follows. */
  readonly next?: Choice<'schedule'> | undefined;
}

/** A linear rise to the base rate before another schedule. */
export const warmup: Definition<'schedule', Schema<WarmupOptions>> = defineSchedule({
  options: object({
    steps: documented(count, 'Updates of the warm-up.'),
    startFactor: documented(optional(fraction, 0.1), 'Share of the base rate at the start.'),
    next: documented(optional(choice('schedule'), 'constant'), 'The schedule that follows, from a step 0 of its own.'),
  }),
  formula: 'η(t) = η·(start + (1 − start)·t/steps), then what follows at t − steps',
  source: 'Goyal et al. 2017, section 2.2',
  examples: [{ options: { steps: 4, next: 'cosine' } }],
  create({ steps, startFactor, next }, context) {
    const following = context.create('schedule', next);
    return (at) =>
      at.step < steps ? at.base * (startFactor + ((1 - startFactor) * at.step) / steps) : following(partOf(at, steps));
  },
});
