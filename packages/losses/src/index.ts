import { definePlugin, type Plugin } from '@adjoint/core';
import { crossEntropy } from './cross-entropy.js';
import { meanSquaredError } from './mean-squared-error.js';

/** What is minimised. */
export const losses: Plugin = definePlugin({
  name: '@adjoint/losses',
  version: '0.1.0',
  setup(host) {
    host.define('loss', 'crossEntropy', crossEntropy);
    host.define('loss', 'meanSquaredError', meanSquaredError);
  },
});

export default losses;
export { crossEntropy, meanSquaredError };
