export { CHECKPOINTER, type Checkpointer, type CheckpointPlan, type Checkpoints } from './checkpoints.js';
export type { EvaluateOptions } from './evaluation.js';
export type { ExportOptions } from './export-model.js';
export { Ensemble } from './ensemble.js';
export type * from './ensemble-options.js';
export * from './ensemble-strategy.js';
export { jobOf, openData, runJob, type DataReference, type Job, type JobOptions, type JobResult } from './job.js';
export { errorOf, failedResult, failureOf, isTransient, type Failure } from './job-failure.js';
export { openSent, portableJob, withData, type PortableData, type SentData } from './portable-job.js';
export { runJobs, type AmongJobs } from './run-jobs.js';
export {
  defineRunner,
  localRunner,
  RUN_JOB,
  tellProgress,
  type JobProgress,
  type Runner,
  type RunnerOptions,
  type Runners,
} from './runner.js';
export * from './gradient-transform.js';
export * from './loss.js';
export * from './metric.js';
export * from './observer.js';
export * from './optimizer.js';
export type { OptimizerChoice, OptimizerGroup } from './optimizer-groups.js';
export * from './regularizer.js';
export * from './schedule.js';
export type { Binding, Scored, TracedBatch } from './scored.js';
export {
  checkTarget,
  distributionOf,
  formTarget,
  type Expectation,
  type ExpectedTarget,
  type TargetForm,
} from './targets.js';
export { bindLosses, type BoundLoss } from './scoring.js';
export { EVENTS, RANDOM } from './service-tokens.js';
export type { StepGraph } from './step-graph.js';
export type { Standing } from './step-inputs.js';
export type { NamedGraph } from './record-function.js';
export type { BatchTypes } from './batch-types.js';
export { Trainer } from './trainer.js';
export type * from './trainer-options.js';
export { savableOptions, type SavedOptions, type TrainerMetadata, type TrainerState } from './trainer-state.js';
export * from './training-events.js';
