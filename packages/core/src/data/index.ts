export { batches, type BatchOptions } from './batches.js';
export type { ClassNames } from './class-names.js';
export { checkDataset } from './check-batch.js';
export * from './dataset.js';
export { printableDataset } from './describe-dataset.js';
export type { ExampleArray, ExampleInputs, ForeignTensor } from './examples.js';
export type { Stream, StreamItem } from './iterable-source.js';
export type { LabelledArrays, Labels } from './labelled-arrays.js';
export { Loader, type LoaderPosition } from './loader.js';
export { readTargets } from './read-targets.js';
export * from './sampler.js';
export type { TrainingData } from './training-data.js';
export {
  batchSource,
  prefetch,
  readContext,
  type BatchSource,
  type SourceOptions,
  type SourcePosition,
} from './source.js';
export type { Watched, WorkProgress } from './work-progress.js';
export { checkExamples, datasetOf, takeRows, view, type ViewOptions } from './view.js';
