export * from './errors.js';
export { cosineOfTurns, logarithm, wholePower } from './math/portable-math.js';
export * from './tensor/index.js';
export * from './graph/index.js';
export { gradients } from './autograd/gradients.js';
export { grad, valueAndGrad, type ScalarFunction } from './autograd/grad.js';
export {
  gradCheck,
  type Differentiable,
  type GradCheckOptions,
  type GradCheckReport,
  type WorstElement,
} from './testing/grad-check.js';
export * from './compiler/index.js';
export type { Backend, DeviceBuffer, Executable } from './backend/backend.js';
export { ReferenceBackend } from './backend/reference/reference-backend.js';
export * from './engine/index.js';
export { threefry2x32 } from './random/threefry.js';
export { RandomSource, type RandomState } from './random/random-source.js';
export * from './registry/index.js';
export * from './events/index.js';
export { App, createApp, ENGINE, referencePlugin, type AppOptions, type ModelOptions } from './app.js';
export * from './model/index.js';
export * from './training/index.js';
export * from './profile/index.js';
