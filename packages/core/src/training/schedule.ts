import { definer } from '../registry/definition.js';

/** The learning rate of a step, computed on the host. `step` counts updates from 0. */
export type Schedule = (step: number, context: ScheduleContext) => number;

export interface ScheduleContext {
  /** The optimizer's own learning rate. */
  readonly base: number;
  /** Updates of the whole run. */
  readonly totalSteps: number;
  readonly stepsPerEpoch: number;
}

/** Names of the kind `schedule` with their options; the package that defines a name adds it by declaration merging. */
export interface Schedules {}

declare module '../registry/kinds.js' {
  interface Kinds {
    schedule: { catalogue: Schedules; instance: Schedule };
  }
}

export const defineSchedule = definer('schedule');
