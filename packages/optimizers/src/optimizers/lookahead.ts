import { choice, count, documented, fraction, object, optional, type Schema } from '@adjoint/core/options';
import {
  defineOptimizer,
  stepRule,
  stepRuleOf,
  where,
  type Choice,
  type Definition,
  type SlotTree,
  type Tensor,
  type Varying,
} from '@adjoint/core';
import { baseRate } from '../options.js';
import { within } from '../within.js';

/** Options of Lookahead; stated, since the base is an optimizer again, and the compiler cannot find a type within itself. */
export interface LookaheadOptions {
  /** Step size η of the base. */
  readonly learningRate?: Varying | undefined;
  /** Share α of the way that the slow weights go. */
  readonly alpha?: number | undefined;
  /** Steps of the base between two of the slow weights. */
  readonly every?: number | undefined;
  /** The optimizer of the fast weights. */
  readonly base?: Choice<'optimizer'> | undefined;
}

/** Lets a base run ahead for some steps, then goes part of the way: less variance at the base's pace. */
export const lookahead: Definition<'optimizer', Schema<LookaheadOptions>> = defineOptimizer({
  options: object({
    learningRate: baseRate(0.01),
    alpha: documented(optional(fraction, 0.5), 'Share α of the way that the slow weights go.'),
    every: documented(optional(count, 5), 'Steps k of the base between two of the slow weights.'),
    base: documented(optional(choice('optimizer'), 'sgd'), 'The optimizer of the fast weights.'),
  }),
  formula: 'each k steps: slow ← slow + α(w − slow), w ← slow',
  source: 'Zhang et al. 2019, algorithm 1',
  examples: [{ options: {} }, { options: { base: 'scheduleFreeSgd' } }],
  create({ alpha, every, base }, context) {
    const inner = stepRuleOf(context.create('optimizer', base));
    const { evaluation } = inner;
    return stepRule<{ base: SlotTree; slow: Record<string, Tensor> }>({
      init: (parameters) => ({
        base: inner.init(parameters),
        slow: Object.fromEntries(parameters.map(({ name, value }) => [name, value])),
      }),
      step(step) {
        const { parameters, slots } = step;
        const { values: fast, slots: next } = inner.step({ ...within('base', step), slots: slots.base });
        const isDue = step.scalar('isDue', ({ step: done }) => ((done + 1) % every === 0 ? 1 : 0)).greater(0);
        const slow = parameters.map(({ name }, i) => {
          const kept = slots.slow[name]!;
          return where(isDue, kept.add(fast[i]!.sub(kept).mul(alpha)), kept);
        });
        return {
          values: fast.map((value, i) => where(isDue, slow[i]!, value)),
          slots: { base: next, slow: Object.fromEntries(parameters.map(({ name }, i) => [name, slow[i]!])) },
        };
      },
      ...(evaluation && { evaluation: (slots, parameters) => evaluation.call(inner, slots.base, parameters) }),
    });
  },
});
