export * from './errors.js';
export * from './tensor/index.js';
export * from './math/index.js';
export * from './random/index.js';
export * from './loops/index.js';
export * from './graph/index.js';
export * from './autograd/index.js';
export * from './compiler/index.js';
export * from './backend/index.js';
export * from './engine/index.js';
export * from './profile/index.js';
export * from './events/index.js';
export * from './registry/index.js';
export * from './data/index.js';
export * from './model/index.js';
export * from './training/index.js';
export * from './app/index.js';
export {
  gradCheck,
  type Differentiable,
  type GradCheckOptions,
  type GradCheckReport,
  type WorstElement,
} from './testing/grad-check.js';
