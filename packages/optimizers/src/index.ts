import { definePlugin, type NamesOf, type Plugin } from '@adjoint/core';
import * as gradientTransform from './gradient-transforms.js';
import * as optimizer from './optimizers.js';
import * as schedule from './schedules.js';

/** Optimizers, gradient transforms and learning-rate schedules. */
export const optimizers: Plugin = definePlugin({
  name: '@adjoint/optimizers',
  version: '0.1.0',
  optimizer,
  gradientTransform,
  schedule,
});

declare module '@adjoint/core' {
  interface Optimizers extends NamesOf<typeof optimizer> {}
  interface GradientTransforms extends NamesOf<typeof gradientTransform> {}
  interface Schedules extends NamesOf<typeof schedule> {}
}

export default optimizers;
export * from './gradient-transforms.js';
export * from './optimizers.js';
export * from './schedules.js';
