export { App, BACKENDS, createApp, ENGINE } from './app.js';
export type { AppOptions, RunOptions } from './app-options.js';
export * from './define-backend.js';
export { referencePlugin } from './reference-plugin.js';
