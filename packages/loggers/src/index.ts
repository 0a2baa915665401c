import { definePlugin, type Plugin } from '@adjoint/core';
import { consoleLogger } from './console-logger.js';

/** Loggers that work everywhere; those that write files are in `@adjoint/loggers/node`. */
export const loggers: Plugin = definePlugin({
  name: '@adjoint/loggers',
  version: '0.1.0',
  setup: (host) => host.define('logger', 'console', consoleLogger),
});

export default loggers;
export { consoleLogger };
