export { batches, type BatchOptions } from '../data/batches.js';
export type { Batch, Dataset, ExampleType } from '../data/dataset.js';
export type { EvaluateOptions } from './evaluation.js';
export type { HostInputs } from './host-inputs.js';
export { Ensemble, type EnsembleOptions, type EnsembleStrategy } from './ensemble.js';
export type { GradientTransform } from './gradient-transform.js';
export { Loader, type LoaderPosition } from '../data/loader.js';
export type { Logger } from './logger.js';
export type { Loss } from './loss.js';
export type { Metric } from './metric.js';
export type {
  Optimizer,
  ParameterValue,
  Slots,
  StepContext,
  StepRule,
  StepRuleContext,
  UpdateRule,
} from './optimizer.js';
export { perParameter, stepRuleOf } from './optimizer.js';
export type { Regularizer, RegularizerContext, TracedBatch } from './regularizer.js';
export type { Schedule, ScheduleContext } from './schedule.js';
export { EVENTS, RANDOM } from './services.js';
export { Trainer } from './trainer.js';
export type { FitOptions, FitResult, RunPosition, TrainerOptions } from './trainer-options.js';
export type { TrainerMetadata, TrainerState } from './trainer-state.js';
