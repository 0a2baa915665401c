export { batches, type BatchOptions } from './batches.js';
export { checkDataset } from './check-batch.js';
export * from './dataset.js';
export { printableDataset } from './describe-dataset.js';
export { Loader, type LoaderPosition } from './loader.js';
export { readTargets } from './read-targets.js';
export * from './sampler.js';
export {
  batchSource,
  prefetch,
  readContext,
  type BatchSource,
  type SourceOptions,
  type SourcePosition,
} from './source.js';
export { checkExamples, datasetOf, takeRows, view, type ViewOptions } from './view.js';
