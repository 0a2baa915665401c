/** The learning rate of a step, computed on the host. `step` counts updates from 0. */
export type Schedule = (step: number, context: ScheduleContext) => number;

export interface ScheduleContext {
  /** The optimizer's own learning rate. */
  readonly base: number;
  /** Updates of the whole run. */
  readonly totalSteps: number;
  readonly stepsPerEpoch: number;
}
