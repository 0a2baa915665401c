import { definePlugin, type NamesOf, type Plugin } from '@adjoint/core';
import * as regularizer from './averages.js';
import * as gradientTransform from './gradient-transforms.js';
import * as optimizer from './optimizers.js';
import * as schedule from './schedules.js';

/** Optimizers, gradient transforms, learning-rate schedules and averages of the weights. */
export const optimizers: Plugin = definePlugin({
  name: '@adjoint/optimizers',
  version: '0.1.0',
  optimizer,
  gradientTransform,
  schedule,
  regularizer,
});

declare module '@adjoint/core' {
  interface Optimizers extends NamesOf<typeof optimizer> {}
  interface GradientTransforms extends NamesOf<typeof gradientTransform> {}
  interface Regularizers extends NamesOf<typeof regularizer> {}
  interface Schedules extends NamesOf<typeof schedule> {}
}

export default optimizers;
export * from './averages.js';
export * from './find-learning-rate.js';
export * from './gradient-transforms.js';
export * from './optimizers.js';
export * from './schedules.js';
