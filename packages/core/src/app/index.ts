export { App, createApp, ENGINE, type AppOptions, type ModelOptions, type RebuildOptions } from './app.js';
export * from './backends.js';
