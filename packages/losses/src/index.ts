import { definePlugin, type NamesOf, type Plugin } from '@adjoint/core';
import * as loss from './losses.js';

/** What is minimised. */
export const losses: Plugin = definePlugin({ name: '@adjoint/losses', version: '0.1.0', loss });

declare module '@adjoint/core' {
  interface Losses extends NamesOf<typeof loss> {}
}

export default losses;
export * from './losses.js';
