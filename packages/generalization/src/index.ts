export { biasVariance, type BiasVarianceOptions } from './bias-variance/resample.js';
export { squaredDecomposition, type SquaredDecomposition } from './bias-variance/squared.js';
export { zeroOneDecomposition, type ZeroOneDecomposition } from './bias-variance/zero-one.js';
export { compareJobs, type CompareOptions } from './cross-validation/compare.js';
export { crossValidate, type CrossValidation, type Fold, type RunOptions } from './cross-validation/cross-validate.js';
export {
  learningCurve,
  validationCurve,
  type LearningCurveOptions,
  type LearningPoint,
  type ValidationPoint,
} from './cross-validation/curves.js';
export { nestedCrossValidate, type NestedCrossValidation } from './cross-validation/nested.js';
export type { Objective } from './cross-validation/objective.js';
export { partOf } from './cross-validation/part-of.js';
export { fitReport, type FitFigures, type FitReport, type FitReportOptions, type SingleRun } from './gap/fit-report.js';
export * from './search/index.js';
export * from './sharpness/index.js';
export * from './splits/index.js';
export { bootstrap, type BootstrapInterval, type BootstrapOptions } from './statistics/bootstrap.js';
export { fiveByTwoTest, type FiveByTwoTest } from './statistics/five-by-two.js';
export { disagreements, mcNemar, type Disagreements, type McNemarTest } from './statistics/mcnemar.js';
export { meanInterval, type MeanInterval } from './statistics/mean-interval.js';
export type { Summary } from './statistics/summary.js';
