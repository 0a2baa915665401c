import { definePlugin, type Plugin } from '@adjoint/core';
import { jsonlLogger } from './node/jsonl-logger.js';

/** Loggers that write files. */
export const fileLoggers: Plugin = definePlugin({
  name: '@adjoint/loggers/node',
  version: '0.1.0',
  setup: (host) => host.define('logger', 'jsonl', jsonlLogger),
});

export default fileLoggers;
export { jsonlLogger };
