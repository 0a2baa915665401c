import { cosineOfTurns, type HostStep } from '@adjoint/core';
import {
  count,
  documented,
  fraction,
  oneOf,
  optional,
  type DefaultedSchema,
  type OptionalSchema,
  type Schema,
} from '@adjoint/core/options';

export const floor: DefaultedSchema<Schema<number>> = documented(
  optional(fraction, 0),
  'Share of the base rate that is left at the lowest.',
);

export const length: OptionalSchema<Schema<number>> = documented(
  optional(count),
  'Updates that it takes; those of the whole run, if not given.',
);

export const unit: DefaultedSchema<Schema<'step' | 'epoch'>> = documented(
  optional(oneOf('step', 'epoch'), 'step'),
  'What is counted: updates, or epochs that are done.',
);

/** Where a run stands, in updates or in epochs. */
export function timeAt({ step, epoch }: HostStep, counted: 'step' | 'epoch'): number {
  return counted === 'epoch' ? epoch : step;
}

/** How much of a stretch is behind, from 0 to 1; one without an end does not get on. */
export function shareDone(time: number, steps: number): number {
  return Math.min(1, time / Math.max(1, steps));
}

/** From 1 at the start to 0 at the end, along half a cosine. */
export function halfCosine(share: number): number {
  return (1 + cosineOfTurns(share / 2)) / 2;
}
