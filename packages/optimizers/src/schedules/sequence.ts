import { defineSchedule, type Choice, type Definition } from '@adjoint/core';
import { array, choice, count, documented, object, optional, refine, type Schema } from '@adjoint/core/options';
import { partOf } from './part-of.js';

/** Options of a sequence; stated, since its parts are schedules again. */
export interface SequenceOptions {
  /** The schedules one after the other; the last one has no end. */
  readonly parts: readonly { readonly schedule: Choice<'schedule'>; readonly steps?: number | undefined }[];
}

/** Several schedules one after the other, each from the base rate and from a step 0 of its own. */
export const sequence: Definition<'schedule', Schema<SequenceOptions>> = defineSchedule({
  options: object({
    parts: documented(
      refine(
        array(object({ schedule: choice('schedule'), steps: optional(count) })),
        (parts) => parts.length > 0 && parts.slice(0, -1).every(({ steps }) => steps !== undefined),
        'at least one, and all but the last with steps',
      ),
      'The schedules, and the updates that each takes; the last one goes on to the end.',
    ),
  }) as Schema<SequenceOptions>,
  formula: 'η(t) = ηᵢ(t − start of part i)',
  source: "PyTorch's SequentialLR",
  examples: [{ options: { parts: [{ schedule: 'constant', steps: 3 }, { schedule: 'cosine' }] } }],
  create({ parts }, context) {
    let next = 0;
    const made = parts.map(({ schedule, steps = Infinity }) => {
      const start = next;
      next += steps;
      return { start, end: next, schedule: context.create('schedule', schedule) };
    });
    return (at) => {
      const { start, end, schedule } = made.find((part) => at.step < part.end) ?? made.at(-1)!;
      return schedule(partOf(at, start, end));
    };
  },
});
