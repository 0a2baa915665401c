import { definePlugin, type NamesOf, type Plugin } from '@adjoint/core';
import * as metric from './metrics.js';

/** What is reported. */
export const metrics: Plugin = definePlugin({ name: '@adjoint/metrics', version: '0.1.0', metric });

declare module '@adjoint/core' {
  interface Metrics extends NamesOf<typeof metric> {}
}

export default metrics;
export * from './metrics.js';
