import { definePlugin, type NamesOf, type Plugin } from '@adjoint/core';
import * as sampler from './samplers.js';

/** Which examples the batches of an epoch hold. */
export const samplers: Plugin = definePlugin({ name: '@adjoint/data/samplers', version: '0.1.0', sampler });

declare module '@adjoint/core' {
  interface Samplers extends NamesOf<typeof sampler> {}
}

export * from './samplers.js';
