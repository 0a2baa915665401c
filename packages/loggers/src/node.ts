import { definePlugin, type NamesOf, type Plugin } from '@adjoint/core';
import { csvLogger } from './node/files/csv-logger.js';
import { jsonlLogger } from './node/files/jsonl-logger.js';
import { progressLogger } from './node/progress/progress-logger.js';
import { tensorboardLogger } from './node/tensorboard/tensorboard-logger.js';

const logger = { jsonl: jsonlLogger, csv: csvLogger, progress: progressLogger, tensorboard: tensorboardLogger };

/** Loggers of Node.js: bars in a terminal, and files. */
export const fileLoggers: Plugin = definePlugin({ name: '@adjoint/loggers/node', version: '0.1.0', logger });

declare module '@adjoint/core' {
  interface Loggers extends NamesOf<typeof logger> {}
}

export default fileLoggers;
export { csvLogger, jsonlLogger, progressLogger, tensorboardLogger };
export { Bar, type BarOptions } from './node/progress/bar.js';
export type { Terminal } from './node/progress/board.js';
export { jobProgress, type JobProgressBars, type JobProgressOptions } from './node/progress/job-progress.js';
export { withProgress } from './node/progress/with-progress.js';
