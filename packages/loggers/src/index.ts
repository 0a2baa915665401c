import { definePlugin, type NamesOf, type Plugin } from '@adjoint/core';
import { consoleLogger } from './console-logger.js';

const logger = { console: consoleLogger };

/** Loggers that work everywhere; those that write files are in `@adjoint/loggers/node`. */
export const loggers: Plugin = definePlugin({ name: '@adjoint/loggers', version: '0.1.0', logger });

declare module '@adjoint/core' {
  interface Loggers extends NamesOf<typeof logger> {}
}

export default loggers;
export { consoleLogger };
export { figuresText } from './figures-text.js';
