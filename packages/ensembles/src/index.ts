import { definePlugin, type NamesOf, type Plugin } from '@adjoint/core';
import * as layer from './layers.js';
import * as ensemble from './strategies.js';

/** Ways to make one model of several: strategies, and the layers that combine members. */
export const ensembles: Plugin = definePlugin({ name: '@adjoint/ensembles', version: '0.1.0', layer, ensemble });

declare module '@adjoint/core' {
  interface Layers extends NamesOf<typeof layer> {}
  interface Ensembles extends NamesOf<typeof ensemble> {}
}

export default ensembles;
export * from './layers.js';
export * from './strategies.js';
