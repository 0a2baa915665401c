import { definePlugin, type NamesOf, type Plugin } from '@adjoint/core';
import { jsonlLogger } from './node/jsonl-logger.js';

const logger = { jsonl: jsonlLogger };

/** Loggers that write files. */
export const fileLoggers: Plugin = definePlugin({ name: '@adjoint/loggers/node', version: '0.1.0', logger });

declare module '@adjoint/core' {
  interface Loggers extends NamesOf<typeof logger> {}
}

export default fileLoggers;
export { jsonlLogger };
