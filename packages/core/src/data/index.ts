export { batches, type BatchOptions } from './batches.js';
export * from './dataset.js';
export { Loader, type LoaderPosition } from './loader.js';
