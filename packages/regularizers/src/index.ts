import { definePlugin, type NamesOf, type Plugin } from '@adjoint/core';
import * as regularizer from './regularizers.js';

/** Penalties, constraints, noise, label smoothing, mixup, cutmix, erasing, early stopping. */
export const regularizers: Plugin = definePlugin({ name: '@adjoint/regularizers', version: '0.1.0', regularizer });

declare module '@adjoint/core' {
  interface Regularizers extends NamesOf<typeof regularizer> {}
}

export default regularizers;
export * from './regularizers.js';
export { cutmixBox } from './batches/cutmix.js';
