import { definePlugin, type NamesOf, type Plugin } from '@adjoint/core';
import * as layer from './layers.js';

/** Convolutions and pooling in any number of dimensions, and under their 1-D, 2-D and 3-D names. */
export const convLayers: Plugin = definePlugin({ name: '@adjoint/conv-layers', version: '0.1.0', layer });

declare module '@adjoint/core' {
  interface Layers extends NamesOf<typeof layer> {}
}

export default convLayers;
export * from './layers.js';
