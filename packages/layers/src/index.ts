import { definePlugin, type NamesOf, type Plugin } from '@adjoint/core';
import * as layer from './layers.js';

/** Dense layers, activations, normalisation, dropout, reshaping, joins, and layers around layers. */
export const layers: Plugin = definePlugin({ name: '@adjoint/layers', version: '0.1.0', layer });

declare module '@adjoint/core' {
  interface Layers extends NamesOf<typeof layer> {}
}

export default layers;
export * from './layers.js';
export { scaledDotProduct, type AttentionOptions } from './attention/scaled-dot-product.js';
