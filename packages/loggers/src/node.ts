import { definePlugin, type NamesOf, type Plugin } from '@adjoint/core';
import { csvLogger } from './node/files/csv-logger.js';
import { jsonlLogger } from './node/files/jsonl-logger.js';
import { progressLogger } from './node/progress/progress-logger.js';
import { runLogger } from './node/run/run-logger.js';
import { tensorboardLogger } from './node/tensorboard/tensorboard-logger.js';

const logger = {
  jsonl: jsonlLogger,
  csv: csvLogger,
  progress: progressLogger,
  tensorboard: tensorboardLogger,
  run: runLogger,
};

/** Loggers of Node.js: bars in a terminal, and files. */
export const fileLoggers: Plugin = definePlugin({ name: '@adjoint/loggers/node', version: '0.1.0', logger });

declare module '@adjoint/core' {
  interface Loggers extends NamesOf<typeof logger> {}
}

export default fileLoggers;
export { csvLogger, jsonlLogger, progressLogger, runLogger, tensorboardLogger };
export { Bar, type BarOptions } from './node/progress/bar.js';
export type { Terminal } from './node/progress/board.js';
export { showProgress, type ProgressBars, type ShowProgressOptions } from './node/progress/show-progress.js';
export { withProgress } from './node/progress/with-progress.js';
export type { ClassExamples, ExamplesFile } from './node/run/class-examples.js';
export { isRunName, runFiles, RunFolder, type RunMetadata } from './node/run/run-folder.js';
export { runObserver, runOptions, type RunOptions } from './node/run/run-logger.js';
export { OutputFile } from './node/files/output-file.js';
