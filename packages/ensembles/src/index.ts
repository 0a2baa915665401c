import { definePlugin, type NamesOf, type Plugin } from '@adjoint/core';
import * as ensemble from './strategies.js';

/** Ways to make one model of several. */
export const ensembles: Plugin = definePlugin({ name: '@adjoint/ensembles', version: '0.1.0', ensemble });

declare module '@adjoint/core' {
  interface Ensembles extends NamesOf<typeof ensemble> {}
}

export default ensembles;
export * from './strategies.js';
