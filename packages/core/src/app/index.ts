export { App, createApp, ENGINE } from './app.js';
export type { AppOptions, RunOptions } from './app-options.js';
export * from './backends.js';
