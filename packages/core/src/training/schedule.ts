import type { HostStep } from '../model/build-context.js';
import { definer } from '../registry/definition.js';
import { functionOf } from '../registry/instance-check.js';

/** The value of a number at a step, computed on the host from its own value `base`. A pure function of what it is given. */
export type Schedule = (at: HostStep & { readonly base: number }) => number;

/** Names of the kind `schedule` with their options; the package that defines a name adds it by declaration merging. */
export interface Schedules {}

declare module '../registry/kinds.js' {
  interface Kinds {
    schedule: { catalogue: Schedules; instance: Schedule };
  }
}

export const defineSchedule = definer('schedule', functionOf('({ step, base, … }) => number'));
